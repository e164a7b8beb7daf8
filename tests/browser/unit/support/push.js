/* A browser that takes pushes, and a server that is told of it. */

export class FakeSubscription {
  constructor(manager, key) {
    this.manager = manager;
    this.endpoint = `https://push.example/${(manager.made += 1)}`;
    this.options = { applicationServerKey: Uint8Array.from(Buffer.from(key, "base64url")).buffer };
  }

  toJSON() {
    return { endpoint: this.endpoint, expirationTime: null, keys: { p256dh: "p", auth: "a" } };
  }

  async unsubscribe() {
    this.manager.current = null;
    return true;
  }
}

export class FakeManager {
  constructor() {
    this.current = null;
    this.made = 0;
    this.asked = [];
  }

  async getSubscription() {
    return this.current;
  }

  async subscribe(options) {
    this.asked.push(options);
    if (this.current) throw new DOMException("subscribed with another key", "InvalidStateError");
    this.current = new FakeSubscription(this, options.applicationServerKey);
    return this.current;
  }
}

/** @implements {PushBrowser} */
export class FakeBrowser {
  constructor() {
    this.name = "Firefox on Linux";
    this.isAble = true;
    this.answer = "granted";
    this.allowed = "default";
    this.worker = undefined;
    this.memory = null;
    this.manager = new FakeManager();
  }

  isSupported() {
    return this.isAble;
  }

  permission() {
    return this.allowed;
  }

  async askPermission() {
    return (this.allowed = this.answer);
  }

  async registration() {
    return this.worker;
  }

  async register() {
    return (this.worker = { pushManager: this.manager });
  }

  remembered() {
    return this.memory;
  }

  remember(text) {
    this.memory = text;
  }
}

/** The endpoints of the contract, on a list in memory. */
export class FakeServer {
  constructor() {
    this.key = "AQID";
    this.calls = [];
    this.list = [];
    this.ids = 0;
    this.fault = null;
  }

  called(name) {
    return this.calls.filter(([each]) => each === name);
  }

  note(...call) {
    this.calls.push(call);
    if (this.fault) throw this.fault;
  }

  async pushKey() {
    this.note("key");
    return { key: this.key };
  }

  async devices() {
    this.note("list");
    return { subscriptions: this.list };
  }

  async addDevice(device) {
    this.note("add", device);
    const known = this.list.find(({ endpoint }) => endpoint === device.endpoint);
    if (known) return known;
    this.list.push({ id: (this.ids += 1), ...device });
    return this.list.at(-1);
  }

  async removeDevice(id) {
    this.note("remove", id);
    this.list = this.list.filter((device) => device.id !== id);
  }
}
