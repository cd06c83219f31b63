/** Rendering: descriptions of nodes, and a patch that changes only what differs, so that focus and scroll stay. */

/**
 * @typedef {{ tag: string, props: Props, children: Child[] }} VNode
 * @typedef {VNode | string | number | boolean | null | undefined | readonly Child[]} Child
 * @typedef {Record<string, any>} Props
 *   `key` keeps a node with its item; `on…` takes a listener, `.name` sets a property, `style` a mapping of CSS
 *   properties; the rest are attributes: `true` is an empty one, `null` and `false` none.
 */

const SVG = "http://www.w3.org/2000/svg";

/** @type {WeakMap<EventTarget, VNode>} */
const rendered = new WeakMap();

/**
 * Describe an element: `p.muted::title` is a `p` of the classes `muted` and `title`, and the part `title` for pages to
 * style. Text stays text, whatever it holds.
 * @param {string} selector
 * @param {Props | null} [props]
 * @param {...Child} children
 * @returns {VNode}
 */
export function h(selector, props, ...children) {
  const [names, part] = selector.split("::");
  const [tag, ...classes] = names.split(".");
  if (part) classes.push(part);
  return { tag, props: { class: classes.join(" ") || null, part, ...props }, children };
}

/**
 * Make the children of `parent` what `children` describes. A node stays for what has its key, else for the next of its
 * kind.
 * @param {ParentNode & Node} parent
 * @param {Child} children
 */
export function patch(parent, children) {
  const wanted = flat(children);
  /** @type {(ChildNode | null)[]} */
  const present = [...parent.childNodes];
  let next = 0;
  const nodes = wanted.map((child) => {
    const isKeyed = keyOf(child) != null;
    const at = present.findIndex((node, index) => node && (isKeyed || index >= next) && fits(node, child));
    if (at < 0) return create(parent, child);
    if (!isKeyed) next = at + 1;
    return /** @type {ChildNode} */ (present.splice(at, 1, null)[0]);
  });
  for (const node of present) node?.remove();
  let cursor = parent.firstChild;
  nodes.forEach((node, index) => {
    if (node === cursor) cursor = node.nextSibling;
    else parent.insertBefore(node, cursor);
    update(node, wanted[index]);
  });
}

/** @param {VNode | string | undefined} child */
const keyOf = (child) => /** @type {VNode | undefined} */ (child)?.props?.key;

/**
 * @param {Node} node
 * @param {VNode | string} child
 */
function fits(node, child) {
  if (typeof child === "string") return node.nodeType === 3;
  return /** @type {Element} */ (node).localName === child.tag && keyOf(rendered.get(node)) === child.props.key;
}

/**
 * @param {Node} parent
 * @param {VNode | string} child
 * @returns {ChildNode}
 */
function create(parent, child) {
  if (typeof child === "string") return document.createTextNode(child);
  const inSvg = child.tag === "svg" || /** @type {Element} */ (parent).namespaceURI === SVG;
  return inSvg ? document.createElementNS(SVG, child.tag) : document.createElement(child.tag);
}

/**
 * @param {any} node
 * @param {VNode | string} child
 */
function update(node, child) {
  if (typeof child === "string") {
    if (node.nodeValue !== child) node.nodeValue = child;
    return;
  }
  const last = rendered.get(node);
  rendered.set(node, child);
  // an element that was never given children may have its own: a renderer of the host's
  if (child.children.length || last?.children.length) patch(node, child.children);
  for (const name in { ...last?.props, ...child.props }) set(node, name, child.props[name], last?.props[name]);
}

/**
 * @param {any} element
 * @param {string} name
 * @param {any} value
 * @param {any} before
 */
function set(element, name, value, before) {
  if (name === "style") {
    for (const property in { ...before, ...value }) {
      if (value?.[property] !== before?.[property]) element.style.setProperty(property, value?.[property] ?? "");
    }
  } else if (value === before || name === "key") {
    return;
  } else if (name.startsWith("on")) {
    element[value ? "addEventListener" : "removeEventListener"](name.slice(2), dispatch);
  } else if (name.startsWith(".")) {
    element[name.slice(1)] = value;
  } else if (value == null || value === false) {
    element.removeAttribute(name);
  } else {
    element.setAttribute(name, value === true ? "" : value);
  }
}

/**
 * The listener of all: it calls what was given last.
 * @param {Event} event
 */
function dispatch(event) {
  rendered.get(/** @type {EventTarget} */ (event.currentTarget))?.props[`on${event.type}`]?.(event);
}

/**
 * @param {Child} children
 * @returns {(VNode | string)[]}
 */
const flat = (children) =>
  /** @type {any[]} */ ([children])
    .flat(Infinity)
    .filter((child) => child != null && typeof child !== "boolean" && child !== "")
    .map((child) => (typeof child === "object" ? child : String(child)));
