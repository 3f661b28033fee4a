// Touches the page: charts as they come into view, and printing with all of them drawn.

import { drawAll, drawWithin } from "./figures.js";

drawWithin(document);

const button = document.getElementById("print");
button.hidden = false;
button.addEventListener("click", () => drawAll().then(() => print()));
addEventListener("beforeprint", () => drawAll());
