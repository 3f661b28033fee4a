// Touches the network: what a person asks to be worked out or kept: plans and catchments. Nothing of it is remembered between calls.

import { Trouble } from "./data.js";

const ROOT = "/api/v1/";
// A running job is asked after this often; a plan of a system takes seconds.
const PAUSE_MS = 700;
export const FINISHED = new Set(["done", "failed", "cancelled"]);

/** JSON of an address below /api/v1/; `isAbsent` on the trouble says that the service has no such address. */
export function get(path) {
  return send("GET", path);
}

export function post(path, body) {
  return send("POST", path, body);
}

export function patch(path, body) {
  return send("PATCH", path, body);
}

/** A file as a form sends it. */
export function upload(path, file, fields = {}) {
  const form = new FormData();
  form.append("file", file);
  for (const [name, value] of Object.entries(fields)) if (value) form.append(name, value);
  return send("POST", path, form);
}

export async function send(method, path, body) {
  const isForm = body instanceof FormData;
  const address = ROOT + path;
  const headers = { Accept: "application/json", ...(body && !isForm ? { "Content-Type": "application/json" } : {}) };
  let response;
  try {
    response = await fetch(address, { method, headers, body: isForm || !body ? body : JSON.stringify(body), credentials: "same-origin" });
  } catch {
    throw new Trouble("The service cannot be reached. Check your connection and try again.", address);
  }
  if (response.ok) return response.status === 204 ? null : response.json();
  throw await refused(response, `${response.status} ${address}`);
}

/** Ask after a job until it has ended, telling `follow` each time; `signal` ends the asking. */
export async function watch(path, follow, signal) {
  for (;;) {
    const found = await get(path);
    if (signal.aborted) return null;
    follow(found);
    if (FINISHED.has(found.status)) return found;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    if (signal.aborted) return null;
  }
}

async function refused(response, reference) {
  let problem = {};
  try {
    problem = await response.json();
  } catch {
    // Not every refusal is one of ours.
  }
  const trouble = new Trouble("", [reference, problem.reference].filter(Boolean).join(" "));
  trouble.status = response.status;
  // Problems of a known kind have a name; an address that is not served has none.
  trouble.isAbsent = response.status === 405 || (response.status === 404 && (problem.type ?? "about:blank") === "about:blank");
  trouble.message = words(trouble, problem);
  return trouble;
}

function words({ status, isAbsent }, { detail }) {
  if (isAbsent) return "The service does not offer this yet.";
  if (status >= 500 && status !== 503) return "The service could not answer. Try again in a minute.";
  return detail || "The service did not understand this.";
}
