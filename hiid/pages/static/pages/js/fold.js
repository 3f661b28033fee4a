// Touches the page: choices that fold into a bar below 1280 px: its parts open one at a time, and close again.

/** `form`: the choices; `first`: the part that is open where they stand in a sheet. */
export function foldChoices(form, first = "what") {
  const bar = matchMedia("(min-width: 701px) and (max-width: 1279px)");
  const parts = [...form.querySelectorAll("details.choice")];
  const arrange = () => {
    for (const part of parts) {
      part.open = !bar.matches && (innerWidth > 700 || part.dataset.choice === first);
      if (bar.matches) part.setAttribute("name", "choice");
      else part.removeAttribute("name");
    }
  };
  arrange();
  bar.addEventListener("change", arrange);
  const close = () => {
    if (bar.matches) for (const part of parts) part.open = false;
  };
  document.addEventListener("pointerdown", (event) => !form.contains(event.target) && close());
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !bar.matches) return;
    event.target.closest("details.choice")?.querySelector("summary").focus();
    close();
  });
}
