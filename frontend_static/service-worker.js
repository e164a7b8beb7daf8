/*
 * The service worker: shows what is pushed, closes what was read meanwhile, and opens the conversation of a notification
 * that is clicked (Push API, Notifications API, Service Workers; W3C). It has no part in loading the page.
 *
 * One file without imports: it is served at /sw.js, from where the hashed names of the page's modules are not known.
 */
"use strict";

const API = "/api/v1";
const PAGE = /^\/(?:c\/\d+(?:\/\d+)?|settings)?\/?$/;
const PICTURES = { icon: "/static/icons/notification.png", badge: "/static/icons/badge.png" };
/** For a payload that cannot be read: a push that shows nothing may cost the permission. */
const UNREADABLE = { title: "Hark", body: "You have new messages.", tag: "hark", url: "/" };
/** A page on the screen answers at once. */
const ANSWER_MS = 500;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("push", (event) => event.waitUntil(inTurn(() => pushed(event.data))));
self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event)));
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(openPage(pathOf(event.notification.data?.url)));
});

// Shown, and closed

let turn = Promise.resolve();

/** One push after the other: Chromium forgets a notification if somebody asks for those shown while it is put up. */
function inTurn(work) {
  const done = turn.then(work);
  turn = done.catch(() => {});
  return done;
}

/** @param {PushMessageData | null} data */
async function pushed(data) {
  const note = noteOf(data);
  if (!(await isLookedAt(note.conversation))) await show(note);
  await closeRead(note);
}

/**
 * {"tag","title","body","url","conversation","timestamp","lang","dir","unread_tags"}, or words that are always true.
 * @param {PushMessageData | null} data
 */
function noteOf(data) {
  try {
    const note = data?.json();
    if (isText(note?.title) && isText(note.tag)) return note;
  } catch {
    // Not JSON, or not even text.
  }
  return UNREADABLE;
}

/** @param {unknown} value */
function isText(value) {
  return typeof value === "string" && value !== "";
}

/** A newer one of the same conversation takes the place of the older, and is heard; a doubled one is not. */
async function show(note) {
  const { title, tag, conversation, url } = note;
  const body = isText(note.body) ? note.body : "";
  const timestamp = Number.isFinite(note.timestamp) ? note.timestamp : Date.now();
  const [shown] = await self.registration.getNotifications({ tag });
  const isDouble = shown !== undefined && shown.body === body && shown.data?.timestamp === timestamp;
  await self.registration.showNotification(title, {
    ...PICTURES,
    body,
    tag,
    renotify: !isDouble,
    timestamp,
    lang: isText(note.lang) ? note.lang : "",
    dir: note.dir === "rtl" || note.dir === "ltr" ? note.dir : "auto",
    data: { url, conversation, timestamp },
  });
}

/** What the server no longer counts as unread was read elsewhere. A test says nothing of that. */
async function closeRead({ conversation, tag, unread_tags: unread }) {
  if (!conversation || !Array.isArray(unread)) return;
  for (const shown of await self.registration.getNotifications()) {
    if (shown.tag !== tag && !unread.includes(shown.tag)) shown.close();
  }
}

/** Whether somebody has this conversation before them now: it is on the screen already. */
async function isLookedAt(conversation) {
  if (!conversation) return false;
  const pages = (await ourPages()).filter(({ focused }) => focused);
  return (await Promise.all(pages.map(conversationIn))).includes(conversation);
}

/** Which conversation a page shows: asked, because the address that the worker sees of it is the one it began with. */
function conversationIn(page) {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data);
    setTimeout(() => resolve(null), ANSWER_MS);
    page.postMessage({ type: "which-conversation" }, [port2]);
  });
}

// Clicked

/** Newest focus first. The admin's pages, and others that are not the chat, are left alone. */
async function ourPages() {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  return pages.filter(({ url }) => PAGE.test(new URL(url).pathname));
}

/** A path of this site, whatever the payload says. @param {unknown} given */
function pathOf(given) {
  try {
    const { origin, pathname } = new URL(isText(given) ? given : "/", self.location.origin);
    return origin === self.location.origin ? pathname : "/";
  } catch {
    return "/";
  }
}

/** The page that is there goes to the path, without a reload; else a new one opens. @param {string} path */
async function openPage(path) {
  const pages = await ourPages();
  const page = pages.find(({ visibilityState }) => visibilityState === "visible") ?? pages[0];
  if (!page) {
    await self.clients.openWindow(path);
    return;
  }
  page.postMessage({ type: "open", path });
  await page.focus().catch(() => {}); // the browser may think that nobody clicked; the page is there all the same
}

// A subscription that ended

/** The push service has ended the subscription: make a new one with the same key, and tell the server. */
async function renew({ oldSubscription, newSubscription }) {
  const subscription = newSubscription ?? (await subscribe(oldSubscription));
  const response = await tell(subscription);
  // The cookie with the token is gone or old; the page brings a new one.
  if (response.status === 403) await fetch("/", { credentials: "same-origin" }).then(() => tell(subscription));
}

async function subscribe(old) {
  const applicationServerKey = old?.options?.applicationServerKey ?? (await publicKey());
  return self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
}

async function publicKey() {
  const response = await fetch(`${API}/push/key`, { credentials: "same-origin" });
  return (await response.json()).key;
}

async function tell(subscription) {
  const { endpoint, keys } = subscription.toJSON();
  return fetch(`${API}/push/subscriptions`, {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json", "X-CSRFToken": await csrfToken() },
    body: JSON.stringify({ endpoint, keys }),
  });
}

/** Where the browser gives workers no cookies the server refuses, and the page tells it when it is next opened. */
async function csrfToken() {
  const cookie = await self.cookieStore?.get("csrftoken");
  return cookie ? decodeURIComponent(cookie.value) : "";
}
