import { isolate, number, plurals } from "./locale.js";
import { vocabulary } from "./vocabulary.js";

const plural = plurals("en");

/** What is said only where somebody looks after their account; see strings.js. The other languages have an `account.js`. */
export const accountStrings = vocabulary({

  // The dialog in which one proves who one is
  showTyped: "Show what you type",
  yourPassword: "Your password",
  factorCode: "Code",
  factorCodeHelp: "The six digits of your authenticator app, or one of your recovery codes.",

  // By the code of the problem (docs/protocol.md); see explain-account.js for those of a sign-in
  accountRefusals: {
    second_factor_enabled: "Two-step sign-in is on already.",
    second_factor_not_enabled: "Two-step sign-in is off already.",
    second_factor_not_started: "It took too long. Please begin again.",
    export_pending: "A copy is being made already.",
    too_many_exports: "You can ask for two copies a day. Please wait until tomorrow.",
    last_superuser: "You are the only one who runs this server. Give somebody else that power first.",
  },

  // Password
  passwordTitle: "Password",
  passwordLead: "A new password signs out all your other devices and ends all API tokens.",
  changePassword: "Change password",
  currentPassword: "Current password",
  newPassword: "New password",
  newPasswordHelp: "At least 8 characters. A few words in a row are easy to remember and hard to guess.",
  passwordChanged: "Your password is changed. All your other devices were signed out, and all API tokens have ended.",

  // Address
  addressTitle: "Email address",
  addressLead: (/** @type {string} */ email) => `You sign in with ${isolate(email)}, and Hark writes to you there.`,
  changeAddress: "Change address",
  newAddress: "New email address",
  newAddressHelp: "We write to both addresses. Yours changes when you follow the link in the mail to the new one.",
  addressAsked: (/** @type {string} */ email) =>
    `We wrote to both addresses. Yours changes when you follow the link in the mail to ${isolate(email)}.`,

  // Two-step sign-in
  factorTitle: "Two-step sign-in",
  factorLead:
    "Besides your password, Hark then asks for a code from an app on your telephone. Whoever has stolen your password still cannot sign in.",
  factorRequired: "You are staff here, so your account needs it.",
  factorOn: "Two-step sign-in is on.",
  factorOff: "Two-step sign-in is off.",
  codesLeft: (/** @type {number} */ count) =>
    plural(count, { one: `You have ${number(count)} recovery code left.`, other: `You have ${number(count)} recovery codes left.` }),
  turnFactorOn: "Set up",
  turnFactorOff: "Turn off",
  proveTitle: "First, your password",
  proveNext: "Go on",
  scanTitle: "Add Hark to your authenticator app",
  scanLead: "Scan this picture with the app, then type the code that it shows. On this device, copy the secret into the app instead.",
  qrPicture: "The secret as a QR code",
  secret: "Secret",
  copySecret: "Copy the secret",
  codeOfApp: "Code from the app",
  codeOfAppHelp: "Six digits; they change every 30 seconds.",
  finishFactor: "Turn on",
  factorTurnedOn: "Two-step sign-in is on. All that is left to do: keep your recovery codes.",
  turnOffTitle: "Turn off two-step sign-in",
  turnOffLead: "From then on your password alone opens your account, and your recovery codes end.",
  factorTurnedOff: "Two-step sign-in is off.",

  // Recovery codes
  newCodes: "New recovery codes",
  newCodesLead: "The recovery codes that you have now end.",
  makeCodes: "Make new codes",
  codesTitle: "Your recovery codes",
  codesLead:
    "Each of them signs you in once when your telephone is not at hand. Keep them where only you can find them: they are not shown again.",
  copyCodes: "Copy",
  downloadCodes: "Download",
  printCodes: "Print",
  codesKept: "I have kept them",
  codesFile: (/** @type {string} */ email) => `Recovery codes of Hark for ${email}. Each works once.`,

  // Where one is signed in
  sessionsTitle: "Where you are signed in",
  sessionsLead: "If you do not know one of these, end it and change your password.",
  unknownDevice: "An unknown device",
  thisDevice: "This device",
  sharedComputer: "Shared computer",
  signedInAt: (/** @type {string} */ time) => `Signed in ${time}`,
  lastUsed: (/** @type {string} */ time) => `last used ${time}`,
  endSession: "Sign out",
  endSessionOf: (/** @type {string} */ device) => `Sign out ${isolate(device)}`,
  sessionEnded: (/** @type {string} */ device) => `${isolate(device)} is signed out.`,
  everywhere: "Sign out everywhere",
  everywhereLead: "This signs out every device, this one too, and ends all API tokens and push notifications. Then you sign in again here.",
  tokensTitle: "API tokens",
  tokensLead: "With these, programs and bots act in your name.",
  noTokens: "You have no API tokens.",
  madeAt: (/** @type {string} */ time) => `Made ${time}`,
  neverUsed: "never used",
  expiresAt: (/** @type {string} */ time) => `expires ${time}`,
  expiredAt: (/** @type {string} */ time) => `expired ${time}`,
  revoke: "Revoke",
  revokeToken: (/** @type {string} */ name) => `Revoke ${isolate(name)}`,
  tokenRevoked: (/** @type {string} */ name) => `${isolate(name)} is revoked.`,

  // Activity
  activityTitle: "Activity",
  activityLead: "What happened to your account, and what others did that is about you.",
  noActivity: "Nothing has happened yet.",
  moreActivity: "Show more",
  byOther: (/** @type {string} */ name) => `by ${isolate(name)}`,
  byErased: "by somebody whose account is deleted",
  otherEvent: "Something else happened",
  events: {
    sign_in: "You signed in",
    sign_in_refused: "A sign-in was refused: the password or the code was wrong",
    sign_in_limited: "Sign-ins were stopped for a while: there were too many wrong attempts",
    signed_out_everywhere: "Signed out everywhere",
    password_changed: "The password was changed",
    password_reset: "The password was chosen anew by a link in a mail",
    email_changed: "The email address was changed",
    second_factor_on: "Two-step sign-in was turned on",
    second_factor_off: "Two-step sign-in was turned off",
    recovery_code_used: "A recovery code was used",
    recovery_codes_made: "New recovery codes were made",
    token_created: "An API token was made",
    token_revoked: "An API token was revoked",
    roles_changed: "What the account may do was changed",
    group_changed: "What a group of staff may do was changed",
    settings_changed: "Something was changed in the administration",
    export_requested: "A copy of the data was asked for",
    export_ready: "A copy of the data was ready",
    export_downloaded: "A copy of the data was downloaded",
    erase_requested: "The deletion of the account was asked for",
    erased: "An account was deleted",
    retention_run: "Old messages were deleted",
    messages_read: "Staff read messages in the administration",
    message_removed: "Staff removed a message",
    report_handled: "A report was dealt with",
    audit_purged: "Old entries of the activity were deleted",
  },

  // A copy of one's data
  exportTitle: "A copy of your data",
  exportLead: "Your profile, your settings and your conversations in one zip file. Making it takes a while; we send you an email when it is ready.",
  askExport: "Make a copy",
  askExportLead: "Whoever has this file can read your conversations, so we ask for your password first.",
  exportAsked: "The copy is being made. You get an email when it is ready.",
  noExports: "You have asked for no copy yet.",
  exportOf: (/** @type {string} */ time) => `Copy of ${time}`,
  exportStates: { waiting: "Being made", ready: "Ready", failed: "It failed. Please ask for another one.", expired: "Expired" },
  exportUntil: (/** @type {string} */ time) => `until ${time}`,
  downloadExport: "Download",
  downloadExportOf: (/** @type {string} */ time) => `Download the copy of ${time}`,

  // The end
  eraseTitle: "Delete your account",
  eraseLead: "This cannot be undone.",
  erasePoints: {
    messages: "Your messages are emptied: others see that something was there, not what.",
    name: "Your name, your email address, your settings and your devices are deleted.",
    devices: "You are signed out everywhere at once, and no push or email reaches you any more.",
    copies: "If you want to keep something, make a copy of your data first.",
  },
  erase: "Delete my account",
  eraseNow: "Delete for ever",
});
