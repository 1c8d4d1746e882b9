// The terminal of a quest's panel. The kernel owns all state: a view asks for it when it appears ("hello"),
// sends lines, and draws what comes back. Everything that came from a repository is shown as text, never as HTML.

/** @typedef {{command: string, output: string, returncode: number}} Entry */
/** @typedef {{type: "transcript", entries: Entry[], prompt: string, pending: string}} Transcript */
/** @typedef {{type: "done", entry: Entry | null, prompt: string, pending: string}} Done */
/** @typedef {Transcript | Done | {type: "empty_cell", quest: string}} Message */

/**
 * @param {string} tag
 * @param {string} className
 * @param {string} [text]
 */
function element(tag, className, text) {
  const node = document.createElement(tag);
  node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

/** @param {Entry} entry */
function entryNode(entry) {
  const node = element("div", entry.returncode ? "gq-entry gq-failed" : "gq-entry");
  if (entry.command) {
    const command = element("div", "gq-command");
    const sign = element("span", "gq-sign", "$ ");
    sign.setAttribute("aria-hidden", "true");
    command.append(sign, element("span", "gq-typed", entry.command));
    node.append(command);
  }
  if (entry.output) node.append(element("pre", "gq-output", entry.output));
  if (entry.returncode) node.append(element("span", "gq-unseen", `The command failed with status ${entry.returncode}.`));
  return node;
}

/**
 * Empty the answer cell below its first line, so that the saved answer counts. Only JupyterLab lets a view do so.
 * @param {any} model
 * @param {string} quest
 */
function emptyCell(model, quest) {
  const cells = model.widget_manager?.context?.model?.sharedModel?.cells ?? [];
  for (const cell of cells) {
    const source = cell.getSource();
    const first = source.split("\n", 1)[0].trimEnd();
    if (first.split(/\s+/).join(" ") === `%%quest ${quest}`) {
      cell.setSource(`${first}\n# The answer is kept in the panel below. Run this cell to open it again.`);
    }
  }
}

/** @param {{model: any, el: HTMLElement}} context */
function render({ model, el }) {
  el.classList.add("gq-terminal");
  el.setAttribute("data-lm-suppress-shortcuts", "true");

  const screen = element("div", "gq-screen");
  screen.setAttribute("role", "log");
  screen.setAttribute("aria-live", "polite");
  screen.setAttribute("aria-label", "Terminal output");
  screen.tabIndex = 0;

  const form = element("div", "gq-line");
  const prompt = element("span", "gq-prompt");
  const input = /** @type {HTMLInputElement} */ (element("input", "gq-input"));
  input.type = "text";
  input.spellcheck = false;
  input.autocomplete = "off";
  input.setAttribute("autocapitalize", "off");
  input.setAttribute("aria-label", "Command for the quest's repository");
  form.append(prompt, input);
  el.append(screen, form);

  /** @type {string[]} */
  let history = [];
  let place = 0;
  let draft = "";

  // What was typed of a command that goes on: an open quote or here-document.
  const begun = element("div", "gq-begun");
  /** @param {string} pending */
  const showBegun = (pending) => {
    begun.replaceChildren();
    if (pending) {
      begun.append(...entryNode({ command: pending.replace(/\n$/, ""), output: "", returncode: 0 }).childNodes);
      screen.append(begun);
    } else {
      begun.remove();
    }
  };

  const scroll = () => { screen.scrollTop = screen.scrollHeight; };

  let waiting = 0;
  /** @param {number} lines */
  const waitFor = (lines) => {
    waiting = Math.max(0, lines);
    el.classList.toggle("gq-busy", waiting > 0);
    screen.setAttribute("aria-busy", String(waiting > 0));
  };

  const showState = () => {
    input.disabled = model.get("disabled");
    input.placeholder = model.get("disabled") ? "This panel is closed." : model.get("placeholder");
  };

  /** @param {Message} message */
  const receive = (message) => {
    if (message.type === "transcript") {
      screen.replaceChildren(...message.entries.map(entryNode));
      history = message.entries.flatMap((entry) => (entry.command ? [entry.command] : []));
      place = history.length;
      prompt.textContent = message.prompt;
      showBegun(message.pending);
    } else if (message.type === "done") {
      waitFor(waiting - 1);
      if (message.entry) screen.append(entryNode(message.entry));
      prompt.textContent = message.prompt;
      showBegun(message.pending);
    } else if (message.type === "empty_cell") {
      emptyCell(model, message.quest);
    }
    scroll();
  };

  // The notebook marks the views of a kernel that is gone; what they send is lost without an error.
  const lost = () => el.closest(".jupyter-widgets-disconnected") !== null;
  /** @type {HTMLElement | null} */
  let farewell = null;
  const sayLost = () => {
    waitFor(0);
    farewell ??= element("div", "gq-failed gq-lost");
    farewell.replaceChildren(element("pre", "gq-output",
      "The kernel was restarted: run the quest's cell again. Your answer is saved."));
    screen.append(farewell);
    scroll();
  };
  // The view is marked after this event has gone round.
  const connection = () => setTimeout(() => {
    if (lost()) sayLost();
    else farewell?.remove();
  });

  /** @param {object} message */
  const send = (message) => {
    try {
      if (lost()) sayLost();
      else model.send(message);
    } catch {
      sayLost();
    }
  };

  /** @param {string} line */
  const submit = (line) => {
    if (line.trim()) history.push(line);
    place = history.length;
    draft = "";
    waitFor(waiting + 1);
    send({ type: "run", line });
  };

  /** @param {number} by */
  const recall = (by) => {
    if (place === history.length) draft = input.value;
    place = Math.max(0, Math.min(history.length, place + by));
    input.value = place === history.length ? draft : history[place];
    input.setSelectionRange(input.value.length, input.value.length);
  };

  input.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.isComposing) return;
    if (event.key === "Enter") {
      event.preventDefault();
      submit(input.value);
      input.value = "";
    } else if (event.key === "ArrowUp") {
      event.preventDefault();
      recall(-1);
    } else if (event.key === "ArrowDown") {
      event.preventDefault();
      recall(1);
    } else if (event.ctrlKey && event.key === "l") {
      event.preventDefault();
      screen.replaceChildren();
    } else if (event.ctrlKey && event.key === "c" && input.selectionStart === input.selectionEnd) {
      event.preventDefault();
      input.value = "";
      send({ type: "abandon" });
    }
  });
  input.addEventListener("paste", (event) => {
    const lines = (event.clipboardData?.getData("text/plain") ?? "").replace(/\r/g, "").split("\n");
    if (lines.length < 2) return;
    event.preventDefault();
    const last = /** @type {string} */ (lines.pop());
    lines.forEach((line, number) => submit(number ? line : input.value + line));
    input.value = last;
  });
  el.addEventListener("mouseup", (event) => {
    if (event.target !== input && !document.getSelection()?.toString()) input.focus({ preventScroll: true });
  });

  model.on("msg:custom", receive);
  model.on("comm_live_update", connection);
  model.on("change:disabled change:placeholder", showState);
  showState();
  send({ type: "hello" });
  return () => {
    model.off("msg:custom", receive);
    model.off("comm_live_update", connection);
    model.off("change:disabled change:placeholder", showState);
  };
}

export default { render };
