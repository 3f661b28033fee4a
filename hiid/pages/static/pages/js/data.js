// Touches the network: fetches JSON and Arrow, keeps what was fetched, and turns failures into words for people.

/** A failure with a sentence for the person and a reference for support. */
export class Trouble extends Error {
  constructor(message, reference) {
    super(message);
    this.reference = reference;
  }
}

const KEPT = 60;
const answers = new Map();

/** JSON at an address; a second call for the same address is answered from memory. */
export function getJSON(address) {
  return remembered(address, async () => (await ask(address)).json());
}

/** Bytes at an address, passed through `decode`. */
export function getBytes(address, decode) {
  return remembered(address, async () => decode(new Uint8Array(await (await ask(address)).arrayBuffer())));
}

function remembered(address, work) {
  if (answers.has(address)) {
    const answer = answers.get(address);
    answers.delete(address);
    answers.set(address, answer);
    return answer;
  }
  const answer = work();
  answers.set(address, answer);
  answer.catch(() => answers.delete(address));
  if (answers.size > KEPT) answers.delete(answers.keys().next().value);
  return answer;
}

async function ask(address) {
  let response;
  try {
    response = await fetch(address, { headers: { Accept: "application/json, */*" } });
  } catch {
    throw new Trouble("The service cannot be reached. Check your connection and try again.", address);
  }
  if (response.ok) return response;
  throw new Trouble(await explanation(response), `${response.status} ${address}`);
}

async function explanation(response) {
  if (response.status === 404) return "There are no figures for this choice in the current release.";
  if (response.status === 410) return (await problem(response)) || "This release was withdrawn.";
  if (response.status < 500) return (await problem(response)) || "The service did not understand this choice.";
  return "The service could not answer. Try again in a minute.";
}

async function problem(response) {
  try {
    return (await response.json()).detail ?? "";
  } catch {
    return "";
  }
}
