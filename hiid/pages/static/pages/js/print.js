// Touches the page: offers printing where scripts run.

const button = document.getElementById("print");
button.hidden = false;
button.addEventListener("click", () => print());
// What is folded on the screen is on paper.
addEventListener("beforeprint", () => {
  for (const part of document.querySelectorAll("details.folded")) part.open = true;
});
