// Touches the page: offers printing where scripts run.

const button = document.getElementById("print");
button.hidden = false;
button.addEventListener("click", () => print());
