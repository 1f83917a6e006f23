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

/** Shows these children in the live node; what has the focus keeps it, or else what is around it gets it. */
export function show(live, ...children) {
  const focused = document.activeElement;
  const inside = live.contains(focused);
  morphChildren(live, fill(document.createElement(live.localName), {}, children));
  if (inside && focused !== document.activeElement) {
    (focused.isConnected ? focused : live.closest('[tabindex]'))?.focus({ preventScroll: true });
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
  one.nodeType === other.nodeType && one.nodeName === other.nodeName && keyOf(one) === keyOf(other);

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
  const wants = [...wanted.childNodes];
  const matches = pairs([...live.childNodes], wants);
  const kept = new Set(matches);
  [...live.childNodes].filter(each => !kept.has(each)).forEach(each => each.remove());
  let at = live.firstChild;
  wants.forEach((want, index) => {
    const match = matches[index];
    if (!match) {
      live.insertBefore(want, at);
      return;
    }
    if (match === at) {
      at = at.nextSibling;
    } else {
      live.insertBefore(match, at);
    }
    morph(match, want);
  });
}

/** For each wanted node the first live one of its key and kind that is not taken, those without a key among themselves. */
function pairs(live, wants) {
  const byKey = new Map();
  for (const each of live) {
    byKey.set(keyOf(each), [...(byKey.get(keyOf(each)) ?? []), each]);
  }
  return wants.map(want => {
    const candidates = byKey.get(keyOf(want)) ?? [];
    const found = candidates.findIndex(each => alike(each, want));
    return found < 0 ? null : candidates.splice(found, 1)[0];
  });
}
