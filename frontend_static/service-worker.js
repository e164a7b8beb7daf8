/*
 * The service worker: shows what is pushed, closes what was read meanwhile, and opens the conversation of a notification
 * that is clicked (Push API, Notifications API, Service Workers; W3C). While the server cannot be reached it gives the
 * page's shell, which holds no data of anybody; what the API answers it never keeps.
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

/** The page as the server gave it last, and the files it is made of, whose names change with what is in them. */
const SHELL = "hark-shell-1";
const FILES = "hark-files-1";
const HASHED = /^\/static\/.+\.[0-9a-f]{12}\.\w+$/;
/** A server that takes longer is as good as down: the shell is shown, and asks the API itself. */
const SHELL_MS = 4000;
/** More than the page has; what is over it was of an earlier one. */
const MOST_FILES = 300;

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(keepShell());
});
self.addEventListener("activate", (event) => event.waitUntil(dropOldCaches()));
self.addEventListener("fetch", (event) => answer(event));
self.addEventListener("push", (event) => event.waitUntil(inTurn(() => pushed(event.data))));
self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event)));
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(openPage(pathOf(event.notification.data?.url)));
});

// The page while the server cannot be reached

/** A page comes from the server if at all possible, a file that cannot change from the cache; all else is not ours. */
function answer(event) {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate" && PAGE.test(pathname)) event.respondWith(pageOrShell(event));
  else if (HASHED.test(pathname)) event.respondWith(file(request));
}

async function pageOrShell(event) {
  const fresh = freshPage(event);
  fresh.catch(() => {});
  const late = new Promise((resolve) => setTimeout(() => resolve(null), SHELL_MS));
  const response = await Promise.race([fresh, late]).catch(() => null);
  if (response && response.status < 500) return response;
  const shell = await (await caches.open(SHELL)).match("/", { ignoreVary: true });
  return shell ?? fresh;
}

/** From the server; what it gives is kept for when it gives nothing. */
async function freshPage(event) {
  const response = (await event.preloadResponse) ?? (await fetch(event.request));
  if (response.ok && !response.redirected) event.waitUntil(keep(response.clone()));
  return response;
}

/** @param {Request} request */
async function file(request) {
  const files = await caches.open(FILES);
  const kept = await files.match(request.url);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok && response.type === "basic") await files.put(request.url, response.clone());
  return response;
}

/** The worker is new: the page that brought it is not yet in its hands. Without a shell it is still of use. */
async function keepShell() {
  try {
    await keep(await fetch("/", { credentials: "same-origin" }));
  } catch {
    // The next page brings it.
  }
}

/** All of it or nothing: a shell without its files would be no page. @param {Response} response */
async function keep(response) {
  const text = await response.clone().text();
  const names = [...text.matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)].map(([, name]) => name);
  const files = await caches.open(FILES);
  await Promise.all(names.filter((name) => HASHED.test(name)).map((name) => keepFile(files, name)));
  await (await caches.open(SHELL)).put("/", response);
  await dropOldFiles(files, new Set(names));
}

async function keepFile(files, name) {
  if (!(await files.match(name))) await files.add(name);
}

/** The oldest first, and none of the page that is kept. */
async function dropOldFiles(files, wanted) {
  const others = (await files.keys()).filter(({ url }) => !wanted.has(new URL(url).pathname));
  const most = Math.max(MOST_FILES - wanted.size, 0);
  await Promise.all(others.slice(0, Math.max(others.length - most, 0)).map((request) => files.delete(request)));
}

async function dropOldCaches() {
  const names = (await caches.keys()).filter((name) => name.startsWith("hark-") && name !== SHELL && name !== FILES);
  await Promise.all(names.map((name) => caches.delete(name)));
  // The page is on its way while the worker still wakes up.
  await self.registration.navigationPreload?.enable();
}

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
  const cookie = (await self.cookieStore?.get("__Host-csrftoken")) ?? (await self.cookieStore?.get("csrftoken"));
  return cookie ? decodeURIComponent(cookie.value) : "";
}
