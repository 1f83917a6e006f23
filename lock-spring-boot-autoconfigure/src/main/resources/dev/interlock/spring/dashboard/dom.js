// Builds nodes in which every value is text, and brings a live tree into the shape of a new one without losing focus.

const handlers = Symbol('handlers');
const SVG = 'http://www.w3.org/2000/svg';

export const h = (tag, properties, ...children) => fill(document.createElement(tag), properties, children);

export const svg = (tag, properties, ...children) => fill(document.createElementNS(SVG, tag), properties, children);

function fill(node, properties, children) {
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (name.startsWith('on')) {
      (node[handlers] ??= {})[name.slice(2)] = value;
    } else if (value !== null && value !== undefined && value !== false) {
      node.setAttribute(name, value === true ? '' : String(value));
    }
  }
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) {
      node.append(child instanceof Node ? child : String(child));
    }
  }
  return node;
}

/** Shows these children in the live node; what has the focus keeps it. */
export function show(live, ...children) {
  const focused = document.activeElement;
  morphChildren(live, fill(document.createElement(live.localName), {}, children));
  if (focused !== document.activeElement && focused?.isConnected && live.contains(focused)) {
    focused.focus({ preventScroll: true });
  }
}

/** Handlers live at the root and find what to call on the node, so that a refresh can replace them. */
export function listen(root, ...types) {
  for (const type of types) {
    root.addEventListener(type, event => {
      for (let node = event.target; node && node !== root.parentNode; node = node.parentNode) {
        const handler = node[handlers]?.[type];
        if (handler) {
          handler(event, node);
          return;
        }
      }
    });
  }
}

const keyOf = node => (node.nodeType === Node.ELEMENT_NODE ? node.getAttribute('data-key') : null);

const alike = (one, other) =>
  one && one.nodeType === other.nodeType && one.nodeName === other.nodeName && keyOf(one) === keyOf(other);

function morph(live, wanted) {
  if (live.nodeType !== Node.ELEMENT_NODE) {
    if (live.nodeValue !== wanted.nodeValue) {
      live.nodeValue = wanted.nodeValue;
    }
    return;
  }
  live[handlers] = wanted[handlers];
  morphAttributes(live, wanted);
  morphChildren(live, wanted);
}

function morphAttributes(live, wanted) {
  for (const { name, value } of wanted.attributes) {
    if (live.getAttribute(name) !== value) {
      live.setAttribute(name, value);
    }
  }
  for (const name of live.getAttributeNames()) {
    const reader = live.localName === 'details' && name === 'open'; // whoever opened it wants it open
    if (!reader && !wanted.hasAttribute(name)) {
      live.removeAttribute(name);
    }
  }
}

function morphChildren(live, wanted) {
  const known = new Map();
  for (const child of live.children) {
    if (keyOf(child) !== null) {
      known.set(keyOf(child), child);
    }
  }
  let at = live.firstChild;
  for (const want of [...wanted.childNodes]) {
    const key = keyOf(want);
    const match = key === null ? at : known.get(key);
    known.delete(key);
    if (!alike(match, want)) {
      live.insertBefore(want, at);
    } else {
      if (match === at) {
        at = at.nextSibling;
      } else {
        live.insertBefore(match, at);
      }
      morph(match, want);
    }
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}
