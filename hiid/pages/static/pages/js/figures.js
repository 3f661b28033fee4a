// Touches the page: draws the charts of a page where they are looked at, and lets the keyboard walk along their points.

const VENDOR = "../vendor";
// A chart is begun before it is scrolled into view.
const AHEAD = "300px";
const NARROW = 420;

let libraries = null;

/** The drawing libraries, asked for when the first chart is due. Expressions are interpreted: the page allows no eval. */
function load() {
  libraries ??= Promise.all([import(`${VENDOR}/vega-embed/vega-embed.mjs`), import(`${VENDOR}/vega-interpreter/vega-interpreter.mjs`)]).then(
    ([{ default: embed }, { expressionInterpreter }]) => ({ embed, expressionInterpreter }),
  );
  return libraries;
}

/** Draws one chart into its box; a second call does nothing. */
export async function draw(box) {
  if (box.dataset.state) return;
  box.dataset.state = "waiting";
  const spec = JSON.parse(box.querySelector("script").textContent);
  const canvas = box.querySelector(".chart-canvas");
  // The figure's caption stands above it in the page; on paper the drawing carries its own.
  const { title: _title, ...untitled } = spec;
  try {
    const { embed, expressionInterpreter } = await load();
    const { view } = await embed(
      canvas,
      { ...narrowed(untitled, canvas), width: widthOf(canvas) },
      {
        mode: "vega-lite",
        ast: true,
        expr: expressionInterpreter,
        renderer: "svg",
        actions: false,
        defaultStyle: false,
        tooltip: { disableDefaultStyle: true },
      },
    );
    box.dataset.state = "drawn";
    new ResizeObserver(() => fit(view, canvas)).observe(canvas);
    walk(box, view, spec.data.values);
  } catch (error) {
    box.dataset.state = "failed";
    canvas.textContent = "The chart could not be drawn here. The table below has the same facts.";
    console.error(error);
  }
}

/** Draws the charts inside an element: those in view at once, the others when they come near. */
export function drawWithin(element) {
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        observer.unobserve(target);
        draw(target);
      }
    },
    { rootMargin: AHEAD },
  );
  for (const box of element.querySelectorAll(".chart-box")) observer.observe(box);
}

/** Draws every chart of the page that is not drawn, for paper. */
export function drawAll() {
  return Promise.all([...document.querySelectorAll(".chart-box")].filter((box) => box.checkVisibility()).map(draw));
}

/** On a narrow screen the names of the marks stand one below the other. */
function narrowed(spec, canvas) {
  if (canvas.clientWidth > NARROW) return spec;
  return { ...spec, config: { ...spec.config, legend: { ...spec.config.legend, columns: 1 } } };
}

function widthOf(canvas) {
  return Math.max(240, Math.floor(canvas.clientWidth));
}

function fit(view, canvas) {
  const width = widthOf(canvas);
  if (Math.abs(view.width() - width) < 2) return;
  view.width(width).runAsync();
}

/** Arrow keys go from point to point; the words of each are read out and shown. */
function walk(box, view, rows) {
  const words = box.querySelector(".chart-words");
  const known = rows.filter((row) => row.value !== null);
  // In a funnel the keys go by size, and begin at the area of the page.
  if (known.some((row) => "people" in row)) known.sort((a, b) => a.people - b.people);
  const own = known.findIndex((row) => row.kind === "this area");
  let at = -1;
  const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
  const stand = (place) => {
    at = place;
    words.textContent = at < 0 ? "" : known[at].words;
    view.signal("here", at < 0 ? -1 : known[at].order).runAsync();
  };
  box.addEventListener("keydown", (event) => {
    if (event.key in steps && at < 0) stand(Math.max(own, 0));
    else if (event.key in steps) stand(Math.min(Math.max(at + steps[event.key], 0), known.length - 1));
    else if (event.key === "Home") stand(0);
    else if (event.key === "End") stand(known.length - 1);
    else if (event.key === "Escape") stand(-1);
    else return;
    event.preventDefault();
  });
  box.addEventListener("blur", () => stand(-1));
}
