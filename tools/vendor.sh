#!/usr/bin/env bash
# Refreshes the vendored browser libraries from the npm packages pinned below, and writes the manifest that a test holds them to.
# Needs Node and npm, and the packages by name only. Change a version here, run `bash tools/vendor.sh`, look at the change, commit it.
set -euo pipefail

maplibre=6.17.0 # the map
flechette=2.7.0 # reads Arrow value files
nhsuk=10.6.1    # NHS page styles
axe=4.14.1      # accessibility rules, for tests alone
vega=6.4.0             # draws charts
vega_lite=6.4.3        # reads their specifications; the minor version of altair's schema and of vl-convert, which draws the same for print
vega_embed=7.3.0       # puts a chart into a page
vega_interpreter=2.3.2 # reads expressions without eval, which our content policy forbids
terra_draw=1.35.0        # draws shapes on the map; only the modes we offer are kept
terra_draw_adapter=1.4.1 # lets it draw on maplibre-gl
esbuild=0.28.2         # makes flechette, vega and terra-draw single small files; nothing of it is kept

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
pages="$root/hiid/pages/static/pages/vendor"
tests="$root/tests/browser/vendor"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

unpack() { # package, version, folder: the package's files in $work/<folder>
  mkdir -p "$work/$3"
  (cd "$work" && npm pack --silent "$1@$2" >"$3.name" && tar xzf "$(tail -n 1 "$3.name")" -C "$3" --strip-components=1)
}

without_map() { # the file without its last line's address of a source map, which we do not carry
  sed -E 's@(//|/\*)# sourceMappingURL=[^ *]*( \*/)?@@' "$1"
}

unpack maplibre-gl "$maplibre" maplibre
unpack @uwdata/flechette "$flechette" flechette
unpack nhsuk-frontend "$nhsuk" nhsuk
unpack axe-core "$axe" axe

rm -rf "$pages" "$tests"
mkdir -p "$pages"/{maplibre-gl,flechette,nhsuk-frontend/images,vega,vega-lite,vega-embed,vega-interpreter,terra-draw,terra-draw-maplibre-gl-adapter} "$tests/axe-core"

# The worker and the shared file are looked up beside the main one by these very names.
for name in maplibre-gl.mjs maplibre-gl-worker.mjs maplibre-gl-shared.mjs maplibre-gl.css; do
  without_map "$work/maplibre/dist/$name" >"$pages/maplibre-gl/$name"
done
cp "$work/maplibre/LICENSE.txt" "$pages/maplibre-gl/LICENSE.txt"

npm install --silent --no-save --prefix "$work/npm" "esbuild@$esbuild" "vega@$vega" "vega-lite@$vega_lite" "vega-embed@$vega_embed" \
  "vega-interpreter@$vega_interpreter" >/dev/null
# Installed apart: as a peer the adapter would pull in a map of its own.
npm install --silent --no-save --legacy-peer-deps --prefix "$work/drawing" "terra-draw@$terra_draw" \
  "terra-draw-maplibre-gl-adapter@$terra_draw_adapter" >/dev/null

bundle() { # entry, file in the vendor folder, more arguments: one small module of the entry and what it imports
  (cd "$work" && npm/node_modules/.bin/esbuild "$1" --bundle --minify --format=esm --target=es2022 --log-level=warning --legal-comments=none \
    --metafile="$work/bundled.json" --outfile="$pages/$2" "${@:3}")
}

licences() { # package: its licence, and those of the packages that were bundled with it
  local name
  cat "$work/npm/node_modules/$1/LICENSE"
  # shellcheck disable=SC2016 # the sign is the script's own
  node -p 'Object.keys(JSON.parse(fs.readFileSync(process.argv[1])).inputs)
    .map((file) => file.replace("npm/node_modules/", "").match(/^(@[^/]+\/)?[^/]+/)[0]).join("\n")' \
    "$work/bundled.json" | LC_ALL=C sort -u | while read -r name; do
    [ "$name" != "$1" ] || continue
    printf '\n---- Bundled: %s ----\n\n' "$name"
    find "$work/npm/node_modules/$name" -maxdepth 1 -iname 'licen[sc]e*' -exec cat {} +
  done
}

bundle "$work/flechette/dist/flechette.mjs" flechette/flechette.mjs
cp "$work/flechette/LICENSE" "$pages/flechette/LICENSE.txt"

# Four modules that import each other by their places: vega once, for all of them.
bundle_vega() { # package, entry, the neighbours it imports
  local packages=() neighbour
  for neighbour in "${@:3}"; do packages+=("--alias:$neighbour=../$neighbour/$neighbour.mjs" "--external:../$neighbour/$neighbour.mjs"); done
  bundle "npm/node_modules/$1/build/$2" "$1/$1.mjs" "${packages[@]}"
  licences "$1" >"$pages/$1/LICENSE.txt"
}
bundle_vega vega vega.module.js
bundle_vega vega-lite index.js vega
bundle_vega vega-interpreter vega-interpreter.js vega
bundle_vega vega-embed embed.js vega vega-lite vega-interpreter

# What is not named here is left out. Markers, which we do not draw, would ask another host for their picture: its address goes.
echo 'export { TerraDraw, TerraDrawCircleMode, TerraDrawExtend, TerraDrawFreehandMode, TerraDrawPolygonMode, TerraDrawSelectMode } from "terra-draw";' \
  >"$work/drawing/entry.mjs"
bundle drawing/entry.mjs terra-draw/terra-draw.mjs
sed -i -E 's@https://raw\.githubusercontent\.com/[^"]*@@g' "$pages/terra-draw/terra-draw.mjs"
bundle drawing/node_modules/terra-draw-maplibre-gl-adapter/dist/terra-draw-maplibre-gl-adapter.modern.js \
  terra-draw-maplibre-gl-adapter/terra-draw-maplibre-gl-adapter.mjs \
  --alias:terra-draw=../terra-draw/terra-draw.mjs --external:../terra-draw/terra-draw.mjs
# Neither package carries a licence file; this is the one of their common repository.
for name in terra-draw terra-draw-maplibre-gl-adapter; do cp "$root/tools/vendor/terra-draw.LICENSE" "$pages/$name/LICENSE.txt"; done

# The NHS typeface is licensed to the NHS and lies on another host: its rules and its name go, and the logo is not taken.
without_map "$work/nhsuk/dist/nhsuk/nhsuk-frontend.min.css" |
  sed -E 's/@font-face\{[^}]*\}//g; s/Frutiger W01,//g; s@url\(/assets/images/@url(images/@g' >"$pages/nhsuk-frontend/nhsuk-frontend.min.css"
grep -oE 'url\(images/[a-z-]+\.svg' "$pages/nhsuk-frontend/nhsuk-frontend.min.css" | sort -u | cut -d/ -f2 | while read -r icon; do
  cp "$work/nhsuk/dist/nhsuk/assets/images/$icon" "$pages/nhsuk-frontend/images/$icon"
done
# The npm package carries no licence file; this is the one of its repository.
cp "$root/tools/vendor/nhsuk-frontend.LICENSE" "$pages/nhsuk-frontend/LICENSE.txt"

cp "$work/axe/axe.min.js" "$work/axe/LICENSE" "$tests/axe-core/"

entry() { # name, version, licence, folder: one library of the manifest
  (
    cd "$4"
    printf '    {"name": "%s", "version": "%s", "licence": "%s", "files": {\n' "$1" "$2" "$3"
    find "${1##*/}" -type f | LC_ALL=C sort | while read -r file; do printf '      "%s": "%s"\n' "$file" "$(sha256sum <"$file" | cut -d' ' -f1)"; done | sed '$!s/$/,/'
    printf '    }}'
  )
}

{
  printf '{\n  "made_by": "tools/vendor.sh",\n  "libraries": [\n'
  entry maplibre-gl "$maplibre" BSD-3-Clause "$pages" && printf ',\n'
  entry @uwdata/flechette "$flechette" BSD-3-Clause "$pages" && printf ',\n'
  entry nhsuk-frontend "$nhsuk" MIT "$pages" && printf ',\n'
  entry vega "$vega" BSD-3-Clause "$pages" && printf ',\n'
  entry vega-lite "$vega_lite" BSD-3-Clause "$pages" && printf ',\n'
  entry vega-embed "$vega_embed" BSD-3-Clause "$pages" && printf ',\n'
  entry vega-interpreter "$vega_interpreter" BSD-3-Clause "$pages" && printf ',\n'
  entry terra-draw "$terra_draw" MIT "$pages" && printf ',\n'
  entry terra-draw-maplibre-gl-adapter "$terra_draw_adapter" MIT "$pages" && printf '\n'
  printf '  ]\n}\n'
} >"$pages/manifest.json"
{
  printf '{\n  "made_by": "tools/vendor.sh",\n  "libraries": [\n'
  entry axe-core "$axe" MPL-2.0 "$tests" && printf '\n'
  printf '  ]\n}\n'
} >"$tests/manifest.json"
