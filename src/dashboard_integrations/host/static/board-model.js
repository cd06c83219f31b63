/** A board as this page knows it; every change is shown at once, then sent, one after the other. */

/**
 * @typedef {import("../../ui/elements/types.js").App} App
 * @typedef {import("../../ui/elements/types.js").ErrorBody} ErrorBody
 * @typedef {import("../../ui/elements/types.js").Envelope<any>} Envelope
 * @typedef {(path: string, options?: { method?: string, body?: unknown }) => Promise<Envelope>} Call
 * @typedef {{ appId: string, endpointId: string, refreshInterval?: number | null }} WidgetConfig
 * @typedef {{ id: string, boardId: string, title: string, config: WidgetConfig, width: number, height: number }} Widget
 * @typedef {{ key: string, widget: Widget, removed: boolean }} Item
 *   One place on the board; where a widget was removed it stays, so that it can be brought back.
 */

export const MOST = 4;

export class BoardModel {
  /** @type {Item[]} */
  items = [];
  /** @type {Map<string, App>} */
  apps = new Map();
  /** @type {ErrorBody | null} why it could not be loaded */
  error = null;
  /** @type {ErrorBody | null} why the last change was refused */
  refusal = null;
  isLoaded = false;

  /** @type {Promise<unknown>} */
  #last = Promise.resolve();

  /**
   * @param {{ id: string, name: string, call: Call, changed: () => void }} given
   *   `call` asks a route, `changed` is told that there is something else to show
   */
  constructor({ id, name, call, changed }) {
    this.id = id;
    this.name = name;
    this.call = call;
    this.changed = changed;
  }

  get path() {
    return `/api/boards/${encodeURIComponent(this.id)}`;
  }

  /** How many widgets there are. */
  get count() {
    return this.items.filter((item) => !item.removed).length;
  }

  async load() {
    const [board, apps] = await Promise.all([this.call(this.path), this.call("/api/apps")]);
    this.error = board.error ?? apps.error;
    if (!this.error) {
      this.#show(board.data);
      this.apps = new Map(apps.data.map((/** @type {App} */ app) => [app.id, app]));
    }
    this.isLoaded = true;
    this.changed();
  }

  /**
   * Show why something was refused.
   * @param {ErrorBody} error
   */
  refuse(error) {
    this.refusal = error;
    this.changed();
  }

  /** Forget what was removed. */
  tidy() {
    this.items = this.items.filter((item) => !item.removed);
    this.changed();
  }

  /**
   * Put an item at another index.
   * @param {Item} item
   * @param {number} index
   */
  move(item, index) {
    this.items = this.items.filter((other) => other !== item);
    this.items.splice(index, 0, item);
    this.changed();
    return this.#send(() => this.#arrange());
  }

  /**
   * @param {Item} item
   * @param {{ width?: number, height?: number }} size
   */
  resize(item, size) {
    item.widget = { ...item.widget, ...size };
    this.changed();
    return this.#send(() => this.call(widgetPath(item.widget.id), { method: "PATCH", body: size }));
  }

  /** @param {Item} item */
  remove(item) {
    item.removed = true;
    this.changed();
    return this.#send(() => this.call(widgetPath(item.widget.id), { method: "DELETE" }));
  }

  /**
   * Bring back what was removed, to the same place.
   * @param {Item} item
   */
  restore(item) {
    item.removed = false;
    this.changed();
    return this.#send(async () => {
      const { title, config, width, height } = item.widget;
      const body = { boardId: this.id, title, config, width, height };
      const made = await this.call("/api/widgets", { method: "POST", body });
      if (!made.success) return made;
      item.widget = made.data;
      return this.#arrange();
    });
  }

  /**
   * Put an item on another board, as its last; return why it is refused.
   * @param {Item} item
   * @param {string} boardId
   */
  async transfer(item, boardId) {
    await this.#last;
    const { error } = await this.call(widgetPath(item.widget.id), { method: "PATCH", body: { boardId } });
    if (!error) this.items = this.items.filter((other) => other !== item);
    this.changed();
    return error;
  }

  /**
   * Add a widget, or change one; return why it is refused.
   * @param {Item | null} item
   * @param {{ title: string, config: WidgetConfig }} value
   * @returns {Promise<ErrorBody | null>}
   */
  async save(item, { title, config }) {
    const whole = { ...config, refreshInterval: config.refreshInterval ?? null };
    const envelope = item
      ? await this.call(widgetPath(item.widget.id), { method: "PATCH", body: { title, config: whole } })
      : await this.call("/api/widgets", { method: "POST", body: { title, config, boardId: this.id } });
    if (envelope.error) return envelope.error;
    if (item) item.widget = envelope.data;
    else this.items.push({ key: envelope.data.id, widget: envelope.data, removed: false });
    this.changed();
    return null;
  }

  /**
   * @param {string} name
   * @returns {Promise<ErrorBody | null>}
   */
  async rename(name) {
    const { data, error } = await this.call(this.path, { method: "PATCH", body: { name } });
    if (data) this.name = data.name;
    this.changed();
    return error;
  }

  /** @returns {Promise<ErrorBody | null>} */
  async delete() {
    return (await this.call(this.path, { method: "DELETE" })).error;
  }

  #arrange() {
    const widgetIds = this.items.filter((item) => !item.removed).map((item) => item.widget.id);
    return this.call(this.path, { method: "PATCH", body: { widgetIds } });
  }

  /**
   * Send a change after those before it; when it is refused, show what there is instead.
   * @param {() => Promise<Envelope>} change
   */
  #send(change) {
    this.#last = this.#last.then(async () => {
      const { error } = await change();
      if (!error) return;
      this.refusal = error;
      await this.load();
    });
    return this.#last;
  }

  /** @param {{ name: string, widgets: Widget[] }} board */
  #show(board) {
    this.name = board.name;
    this.items = board.widgets.map((widget) => ({ key: widget.id, widget, removed: false }));
  }
}

/** @param {string} id */
function widgetPath(id) {
  return `/api/widgets/${encodeURIComponent(id)}`;
}
