// Pure: the columns of the table: how each is titled, worded and sorted.

import { areLabels, chanceWords, probabilityWords, shortWords } from "./estimates.js";
import { bareValue, comparisonWords, intervalWords, OUTSIDE, plainNumber, shownValue, unitTitle } from "./words.js";

/** The columns of one map, in their order. Each: key, title, isNumber, words and sort by position. */
export function columnsOf(facts) {
  const { indicator, file, names, limits, deciles, hasDistricts, hasRank, year, isOutside } = facts;
  const district = (at) => names.districts[names.district[at]] ?? "";
  const columns = [{ key: "name", title: "Area", words: (at) => names.names[at], sort: (at) => names.names[at] }];
  if (hasDistricts) columns.push({ key: "district", title: "District", words: district, sort: district });
  columns.push({
    key: "value",
    title: `${facts.estimates ? "Published" : "Value"} (${unitTitle(indicator.unit)})`,
    isNumber: true,
    words: (at) => (isOutside(at) ? OUTSIDE : shown(file, at, indicator)),
    sort: (at) => file.values[at],
  });
  if (limits) {
    columns.push({
      key: "interval",
      title: "95 % interval",
      isNumber: true,
      words: (at) => (Number.isNaN(limits.lower[at]) ? "–" : intervalWords(limits.lower[at], limits.upper[at], indicator)),
      sort: (at) => limits.lower[at],
    });
    if (hasRank)
      columns.push({
        key: "rank",
        title: "Rank",
        isNumber: true,
        words: (at) => (limits.rank[at] ? plainNumber(limits.rank[at]) : "–"),
        sort: (at) => limits.rank[at] || null,
      });
  }
  if (facts.estimates) columns.splice(hasDistricts ? 2 : 1, 0, ...estimateColumns(facts));
  const comparison = (at) => (isOutside(at) ? "–" : comparisonWords(file.comparisonAt(at), indicator));
  columns.push({ key: "comparison", title: "Compared", words: comparison, sort: comparison });
  if (deciles)
    columns.push({
      key: "decile",
      title: `Decile, IMD ${year}`,
      isNumber: true,
      words: (at) => (deciles[at] ? String(deciles[at]) : "–"),
      sort: (at) => deciles[at] || null,
    });
  const basis = (at) => (Number.isNaN(file.values[at]) ? "–" : file.isModelledAt(at) ? "modelled ░" : "observed");
  columns.push({ key: "basis", title: "Basis", words: basis, sort: basis });
  columns.push({ key: "code", title: "Code", words: (at) => names.codes[at], sort: (at) => names.codes[at] });
  return columns;
}

function shown(file, at, indicator) {
  const status = file.statusAt(at);
  if ((status === "value" || status === "zero") && !Number.isNaN(file.values[at]))
    return (file.isModelledAt(at) ? "about " : "") + bareValue(file.values[at], indicator);
  return shownValue(status, file.values[at], false, indicator);
}

/** What the map shows in place of the published value, which stands beside it. */
function estimateColumns({ show, estimates, indicator, windows, isOutside }) {
  const untold = (at) => (isOutside(at) ? OUTSIDE : "not tested");
  const known = (column, words) => (at) => (Number.isNaN(column[at]) ? untold(at) : words(at));
  const q = { key: "q", title: "q", isNumber: true, words: known(estimates.q, (at) => chanceWords(estimates.q[at])), sort: (at) => estimates.q[at] };
  const words = (at) => (isOutside(at) ? OUTSIDE : shortWords(show, estimates, at, indicator, windows));
  const value = (title, column) => ({
    key: show,
    title,
    isNumber: true,
    words: known(column, (at) => `about ${bareValue(column[at], indicator)}`),
    sort: (at) => column[at],
  });
  const interval = {
    key: "shrunken-interval",
    title: "95 % limits of it",
    isNumber: true,
    words: known(estimates.shrunken_lower, (at) => intervalWords(estimates.shrunken_lower[at], estimates.shrunken_upper[at], indicator)),
    sort: (at) => estimates.shrunken_lower[at],
  };
  const probability = {
    key: show,
    title: "Being worse",
    words: known(estimates.exceedance, (at) => `${probabilityWords(estimates.exceedance[at])}, ${words(at).split(":")[0]}`),
    sort: (at) => estimates.exceedance[at],
  };
  return {
    shrunken: [value("Shrunken value", estimates.shrunken), interval],
    smoothed: [value("Smoothed value", estimates.smoothed)],
    exceedance: [probability],
    spots: [
      { key: show, title: "With its neighbours", words: (at) => words(at).replace(/ \(q.*/, ""), sort: (at) => estimates.spot[at] },
      ...(areLabels(estimates) ? [] : [q]),
    ],
    windows: [{ key: show, title: "Scan window", words, sort: (at) => estimates.in_window[at] }],
  }[show];
}
