"use strict";
// Shows /api/openapi.json: a menu of operations, a search, one operation at a time (the address's fragment).

const MAX_DEPTH = 5;
const state = { spec: null, operations: [], wanted: "" };

/** An element with attributes and children; text is always text, never markup. */
function make(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value !== undefined && value !== null) element.setAttribute(key, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** Text in which `code` is code and <br> breaks the line. */
function prose(text) {
  return text.split("<br>").flatMap((line, index) => {
    const parts = line.split("`").map((part, place) => (place % 2 ? make("code", null, part) : part));
    return index ? [make("br"), ...parts] : parts;
  });
}

function resolve(schema) {
  let found = schema || {};
  while (found.$ref) found = state.spec.components.schemas[found.$ref.split("/").pop()] || {};
  return found;
}

function options(schema) {
  return (schema.anyOf || schema.oneOf || []).map(resolve);
}

function typeName(raw) {
  const schema = resolve(raw);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((one) => JSON.stringify(one)).join(" | ");
  const several = options(schema);
  if (several.length) return [...new Set(several.map(typeName))].join(" | ");
  if (schema.type === "array") return `list of ${typeName(schema.items || {})}`;
  if (Array.isArray(schema.type)) return schema.type.join(" | ");
  return schema.format ? `${schema.type} (${schema.format})` : schema.type || "anything";
}

/** The object whose fields are worth listing below a field: itself, a list's items, or the first variant with fields. */
function inner(raw) {
  const schema = resolve(raw);
  if (schema.properties) return schema;
  if (schema.type === "array") return inner(schema.items || {});
  return options(schema).map(inner).find(Boolean) || null;
}

function rows(raw, depth = 0) {
  const schema = inner(raw);
  if (!schema || depth > MAX_DEPTH) return [];
  return Object.entries(schema.properties).flatMap(([name, field]) => {
    const required = (schema.required || []).includes(name);
    const notes = resolve(field).description || field.description || "";
    const row = make(
      "tr",
      null,
      make("td", { class: `depth-${Math.min(depth, 4)}` }, make("code", null, name)),
      make("td", null, typeName(field)),
      make("td", { class: "quiet" }, required ? "required" : "", notes ? [" ", ...prose(notes)] : ""),
    );
    return [row, ...rows(field, depth + 1)];
  });
}

function fieldsTable(schema) {
  const found = rows(schema);
  if (!found.length) return make("p", { class: "quiet" }, "No fields.");
  const head = make("tr", null, ...["Field", "Type", "Notes"].map((title) => make("th", { scope: "col" }, title)));
  return make("table", null, make("thead", null, head), make("tbody", null, ...found));
}

function example(raw, depth = 0) {
  const schema = resolve(raw);
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined && schema.default !== null) return schema.default;
  if (schema.enum) return schema.enum[0];
  const several = options(schema);
  if (several.length) return example(several.find((one) => one.type !== "null") || several[0], depth);
  if (schema.properties && depth < MAX_DEPTH + 1) {
    const wanted = Object.entries(schema.properties).filter(
      ([name, field]) => (schema.required || []).includes(name) || resolve(field).properties,
    );
    return Object.fromEntries(wanted.map(([name, field]) => [name, example(field, depth + 1)]));
  }
  const plain = { array: [], object: {}, integer: 1, number: 1.5, boolean: true, null: null };
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === "array" && schema.items && depth < MAX_DEPTH) return [example(schema.items, depth + 1)];
  if (type in plain) return plain[type];
  return schema.format === "date-time" ? "2026-07-15T09:00:00+00:00" : "…";
}

function curl(operation) {
  const lines = [`curl -X ${operation.method} "${location.origin}${operation.path}"`];
  if (!operation.raw.security) lines.push('-H "Authorization: Klaviyo-API-Key $PRIVATE_KEY"');
  lines.push(`-H "revision: ${state.spec.info.version}"`);
  const body = operation.raw.requestBody;
  if (body) {
    const [media, content] = Object.entries(body.content)[0];
    if (media === "multipart/form-data") {
      lines.push('-F "file=@file"');
    } else {
      lines.push(`-H "Content-Type: ${media}"`, `-d '${JSON.stringify(example(content.schema), null, 2)}'`);
    }
  }
  return lines.join(" \\\n  ");
}

/** A parameter's description, with the bounds of its value. */
function notes(parameter) {
  const { minimum, maximum, default: usual } = parameter.schema;
  const bounds = maximum === undefined ? "" : `${usual} unless given, from ${minimum} to ${maximum}.`;
  return [parameter.description, bounds].filter(Boolean).join(" ");
}

function parametersTable(parameters) {
  const body = parameters.map((one) =>
    make(
      "tr",
      null,
      make("td", null, make("code", null, one.name)),
      make("td", null, typeName(one.schema)),
      make("td", { class: "quiet" }, one.required ? "Required. " : "", ...prose(notes(one))),
    ),
  );
  const head = make("tr", null, ...["Name", "Type", "Notes"].map((title) => make("th", { scope: "col" }, title)));
  return make("table", null, make("thead", null, head), make("tbody", null, ...body));
}

function facts(operation) {
  const { raw } = operation;
  const limit = raw["x-ratelimit"] || {};
  const pairs = [
    ["Scopes", (raw["x-scopes"] || []).join(", ") || "none"],
    ["Rate limit", Object.values(limit).join(", ") || "none"],
    ["Operation", raw.operationId],
  ];
  return make("dl", { class: "facts" }, ...pairs.flatMap(([term, text]) => [make("dt", null, term), make("dd", null, text)]));
}

function show(operation) {
  const { raw } = operation;
  const parts = [
    make("h1", null, raw.summary || raw.operationId),
    make("p", { class: "address" }, `${operation.method} ${operation.path}`),
    raw["x-cairn-extension"] ? make("p", null, make("span", { class: "mark" }, "Only in Cairn")) : null,
    raw.description ? make("p", null, ...prose(raw.description)) : null,
    facts(operation),
    make("h2", null, "Parameters"),
    parametersTable(raw.parameters || []),
  ];
  if (raw.requestBody) {
    const [media, content] = Object.entries(raw.requestBody.content)[0];
    parts.push(make("h2", null, "Body "), make("p", { class: "quiet" }, media), fieldsTable(content.schema));
  }
  for (const [status, reply] of Object.entries(raw.responses)) {
    if (!/^2/.test(status)) continue;
    const content = Object.values(reply.content || {})[0];
    parts.push(make("h2", null, `Answer ${status}`));
    parts.push(content ? fieldsTable(content.schema) : make("p", { class: "quiet" }, `${reply.description}, without a body.`));
  }
  parts.push(make("h2", null, "Example"), make("pre", { tabindex: "0" }, make("code", null, curl(operation))));
  document.getElementById("main").replaceChildren(...parts.filter(Boolean));
  document.title = `${raw.summary || raw.operationId} · Cairn API`;
}

function welcome() {
  const official = state.operations.filter((one) => !one.raw["x-cairn-extension"]).length;
  document.getElementById("main").replaceChildren(
    make("h1", null, "Cairn API"),
    make("p", null, ...prose(state.spec.info.description)),
    make("p", null, `${state.operations.length} operations, ${official} of them as in Klaviyo's API. `,
      make("a", { href: "/api/openapi.json" }, "OpenAPI document")),
    make("h2", null, "A first request"),
    make("pre", { tabindex: "0" }, make("code", null,
      `curl "${location.origin}/api/accounts" \\\n  -H "Authorization: Klaviyo-API-Key $PRIVATE_KEY" \\\n` +
      `  -H "revision: ${state.spec.info.version}"`)),
    make("p", null, "Private keys are made in the app under Settings, API keys. Errors are JSON:API error documents; the ",
      make("code", null, "id"), " of an error is in the server's log, too."),
  );
  document.title = "Cairn API";
}

function matches(operation) {
  const text = `${operation.raw.operationId} ${operation.raw.summary} ${operation.method} ${operation.path}`.toLowerCase();
  return state.wanted.split(/\s+/).every((word) => text.includes(word));
}

function menu() {
  const chosen = decodeURIComponent(location.hash.slice(1));
  const groups = new Map();
  for (const operation of state.operations.filter(matches)) {
    const tag = operation.raw.tags[0];
    if (!groups.has(tag)) groups.set(tag, []);
    groups.get(tag).push(operation);
  }
  const parts = [...groups].flatMap(([tag, operations]) => [
    make("h2", null, tag),
    ...operations.map((one) =>
      make(
        "a",
        { href: `#${one.raw.operationId}`, title: `${one.method} ${one.path}`, "aria-current": one.raw.operationId === chosen ? "page" : null },
        make("span", { class: "method" }, one.method),
        make("span", null, one.raw.summary || one.raw.operationId),
      ),
    ),
  ]);
  document.getElementById("menu").replaceChildren(...(parts.length ? parts : [make("p", { class: "quiet" }, "Nothing found.")]));
}

function follow() {
  const chosen = decodeURIComponent(location.hash.slice(1));
  const operation = state.operations.find((one) => one.raw.operationId === chosen);
  if (operation) show(operation);
  else welcome();
  menu();
  window.scrollTo(0, 0);
}

function theme() {
  const button = document.getElementById("theme");
  const dark = () => (document.documentElement.dataset.theme
    ? document.documentElement.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches);
  const name = () => { button.textContent = dark() ? "Light" : "Dark"; };
  const kept = localStorage.getItem("cairn-docs-theme");
  if (kept) document.documentElement.dataset.theme = kept;
  button.addEventListener("click", () => {
    document.documentElement.dataset.theme = dark() ? "light" : "dark";
    localStorage.setItem("cairn-docs-theme", document.documentElement.dataset.theme);
    name();
  });
  name();
}

async function start() {
  theme();
  const search = document.getElementById("search");
  search.addEventListener("input", () => { state.wanted = search.value.trim().toLowerCase(); menu(); });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== search) { event.preventDefault(); search.focus(); }
  });
  const reply = await fetch("/api/openapi.json");
  if (!reply.ok) throw new Error(`The server answered ${reply.status}.`);
  state.spec = await reply.json();
  state.operations = Object.entries(state.spec.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, raw]) => ({ path, method: method.toUpperCase(), raw })));
  const order = (one) => `${one.raw.tags[0]} ${one.path}`;
  state.operations.sort((one, other) => order(one).localeCompare(order(other)));
  window.addEventListener("hashchange", follow);
  follow();
}

start().catch((error) => {
  document.getElementById("main").replaceChildren(make("p", null, `The reference could not be loaded. ${error.message}`));
});
