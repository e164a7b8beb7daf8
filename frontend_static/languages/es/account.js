import { isolate, number, plurals } from "../../core/locale.js";

const plural = plurals("es");

/** What is said about an account. @type {AccountStrings} */
export const strings = {

  // The dialog in which one proves who one is
  showTyped: "Mostrar lo que escribes",
  yourPassword: "Tu contraseña",
  factorCode: "Código",
  factorCodeHelp: "Las seis cifras de tu aplicación de autenticación, o uno de tus códigos de recuperación.",

  // By the code of the problem
  accountRefusals: {
    second_factor_enabled: "El inicio de sesión en dos pasos ya está activado.",
    second_factor_not_enabled: "El inicio de sesión en dos pasos ya está desactivado.",
    second_factor_not_started: "Ha pasado demasiado tiempo. Empieza de nuevo.",
    export_pending: "Ya se está preparando una copia.",
    too_many_exports: "Puedes pedir dos copias al día. Espera hasta mañana.",
    last_superuser: "Eres la única persona que administra este servidor. Da antes ese poder a otra.",
  },

  // Password
  passwordTitle: "Contraseña",
  passwordLead: "Una contraseña nueva cierra la sesión en todos tus otros dispositivos y anula todos los tokens de la API.",
  changePassword: "Cambiar la contraseña",
  currentPassword: "Contraseña actual",
  newPassword: "Contraseña nueva",
  newPasswordHelp: "Al menos 8 caracteres. Unas cuantas palabras seguidas son fáciles de recordar y difíciles de adivinar.",
  passwordChanged: "Tu contraseña se ha cambiado. Se ha cerrado la sesión en tus otros dispositivos y se han anulado los tokens de la API.",

  // Address
  addressTitle: "Correo electrónico",
  addressLead: (email) => `Inicias sesión con ${isolate(email)}, y ahí te escribe Hark.`,
  changeAddress: "Cambiar la dirección",
  newAddress: "Nuevo correo electrónico",
  newAddressHelp: "Escribimos a las dos direcciones. La tuya cambia cuando abres el enlace del correo enviado a la nueva.",
  addressAsked: (email) =>
    `Hemos escrito a las dos direcciones. La tuya cambia cuando abras el enlace del correo enviado a ${isolate(email)}.`,

  // Two-step sign-in
  factorTitle: "Inicio de sesión en dos pasos",
  factorLead:
    "Además de tu contraseña, Hark pide un código de una aplicación de tu teléfono. Quien haya robado tu contraseña sigue sin poder entrar.",
  factorRequired: "Formas parte del personal, así que tu cuenta lo necesita.",
  factorOn: "El inicio de sesión en dos pasos está activado.",
  factorOff: "El inicio de sesión en dos pasos está desactivado.",
  codesLeft: (count) =>
    plural(count, { one: `Te queda ${number(count)} código de recuperación.`, other: `Te quedan ${number(count)} códigos de recuperación.` }),
  turnFactorOn: "Configurar",
  turnFactorOff: "Desactivar",
  proveTitle: "Primero, tu contraseña",
  proveNext: "Continuar",
  scanTitle: "Añade Hark a tu aplicación de autenticación",
  scanLead:
    "Escanea esta imagen con la aplicación y escribe el código que muestre. Si usas este mismo dispositivo, copia el secreto en la aplicación.",
  qrPicture: "El secreto como código QR",
  secret: "Secreto",
  copySecret: "Copiar el secreto",
  codeOfApp: "Código de la aplicación",
  codeOfAppHelp: "Seis cifras; cambian cada 30 segundos.",
  finishFactor: "Activar",
  factorTurnedOn: "El inicio de sesión en dos pasos está activado. Solo falta que guardes tus códigos de recuperación.",
  turnOffTitle: "Desactivar el inicio de sesión en dos pasos",
  turnOffLead: "Desde entonces basta tu contraseña para entrar en tu cuenta, y tus códigos de recuperación dejan de valer.",
  factorTurnedOff: "El inicio de sesión en dos pasos está desactivado.",

  // Recovery codes
  newCodes: "Nuevos códigos de recuperación",
  newCodesLead: "Los códigos de recuperación que tienes ahora dejan de valer.",
  makeCodes: "Crear códigos nuevos",
  codesTitle: "Tus códigos de recuperación",
  codesLead:
    "Con cada uno puedes entrar una vez si no tienes el teléfono a mano. Guárdalos donde solo tú los encuentres: no se vuelven a mostrar.",
  copyCodes: "Copiar",
  downloadCodes: "Descargar",
  printCodes: "Imprimir",
  codesKept: "Ya los he guardado",
  codesFile: (email) => `Códigos de recuperación de Hark para ${email}. Cada uno vale una vez.`,

  // Where one is signed in
  sessionsTitle: "Dónde tienes la sesión iniciada",
  sessionsLead: "Si no reconoces alguno de estos, cierra su sesión y cambia tu contraseña.",
  unknownDevice: "Un dispositivo desconocido",
  thisDevice: "Este dispositivo",
  sharedComputer: "Ordenador compartido",
  signedInAt: (time) => `Sesión iniciada: ${time}`,
  lastUsed: (time) => `último uso: ${time}`,
  endSession: "Cerrar sesión",
  endSessionOf: (device) => `Cerrar la sesión de ${isolate(device)}`,
  sessionEnded: (device) => `Se ha cerrado la sesión de ${isolate(device)}.`,
  everywhere: "Cerrar sesión en todas partes",
  everywhereLead:
    "Esto cierra la sesión en todos los dispositivos, también en este, y anula los tokens de la API y las notificaciones push. Después vuelves a iniciar sesión aquí.",
  tokensTitle: "Tokens de la API",
  tokensLead: "Con ellos, programas y bots actúan en tu nombre.",
  noTokens: "No tienes tokens de la API.",
  madeAt: (time) => `Creado: ${time}`,
  neverUsed: "sin usar",
  expiresAt: (time) => `caduca: ${time}`,
  expiredAt: (time) => `caducó: ${time}`,
  revoke: "Anular",
  revokeToken: (name) => `Anular ${isolate(name)}`,
  tokenRevoked: (name) => `Se ha anulado ${isolate(name)}.`,

  // Activity
  activityTitle: "Actividad",
  activityLead: "Lo que ha pasado con tu cuenta, y lo que otros han hecho que tiene que ver contigo.",
  noActivity: "Todavía no ha pasado nada.",
  moreActivity: "Mostrar más",
  byOther: (name) => `por ${isolate(name)}`,
  byErased: "por alguien cuya cuenta se ha eliminado",
  otherEvent: "Ha pasado otra cosa",
  events: {
    sign_in: "Has iniciado sesión",
    sign_in_refused: "Se ha rechazado un inicio de sesión: la contraseña o el código no eran correctos",
    sign_in_limited: "Se han detenido los inicios de sesión durante un rato: hubo demasiados intentos fallidos",
    signed_out_everywhere: "Se ha cerrado la sesión en todas partes",
    password_changed: "Se ha cambiado la contraseña",
    password_reset: "Se ha elegido una contraseña nueva con un enlace de un correo",
    email_changed: "Se ha cambiado el correo electrónico",
    second_factor_on: "Se ha activado el inicio de sesión en dos pasos",
    second_factor_off: "Se ha desactivado el inicio de sesión en dos pasos",
    recovery_code_used: "Se ha usado un código de recuperación",
    recovery_codes_made: "Se han creado nuevos códigos de recuperación",
    token_created: "Se ha creado un token de la API",
    token_revoked: "Se ha anulado un token de la API",
    roles_changed: "Se ha cambiado lo que puede hacer la cuenta",
    group_changed: "Se ha cambiado lo que puede hacer un grupo del personal",
    settings_changed: "Se ha cambiado algo en la administración",
    export_requested: "Se ha pedido una copia de los datos",
    export_ready: "Una copia de los datos estaba lista",
    export_downloaded: "Se ha descargado una copia de los datos",
    erase_requested: "Se ha pedido eliminar la cuenta",
    erased: "Se ha eliminado una cuenta",
    retention_run: "Se han eliminado mensajes antiguos",
    messages_read: "El personal ha leído mensajes en la administración",
    message_removed: "El personal ha retirado un mensaje",
    report_handled: "Se ha atendido una denuncia",
    audit_purged: "Se han eliminado entradas antiguas de la actividad",
  },

  // A copy of one's data
  exportTitle: "Una copia de tus datos",
  exportLead: "Tu perfil, tus ajustes y tus conversaciones en un archivo zip. Prepararla lleva un rato; te enviamos un correo cuando está lista.",
  askExport: "Preparar una copia",
  askExportLead: "Quien tenga este archivo puede leer tus conversaciones, así que primero te pedimos la contraseña.",
  exportAsked: "La copia se está preparando. Recibirás un correo cuando esté lista.",
  noExports: "Todavía no has pedido ninguna copia.",
  exportOf: (time) => `Copia: ${time}`,
  exportStates: { waiting: "Preparándose", ready: "Lista", failed: "Ha fallado. Pide otra.", expired: "Caducada" },
  exportUntil: (time) => `hasta: ${time}`,
  downloadExport: "Descargar",
  downloadExportOf: (time) => `Descargar la copia: ${time}`,

  // The end
  eraseTitle: "Eliminar tu cuenta",
  eraseLead: "Esto no se puede deshacer.",
  erasePoints: {
    messages: "Tus mensajes se vacían: los demás ven que ahí hubo algo, pero no qué.",
    name: "Se eliminan tu nombre, tu correo electrónico, tus ajustes y tus dispositivos.",
    devices: "Tu sesión se cierra en todas partes enseguida, y ya no te llega ninguna notificación ni ningún correo.",
    copies: "Si quieres conservar algo, prepara antes una copia de tus datos.",
  },
  erase: "Eliminar mi cuenta",
  eraseNow: "Eliminar para siempre",
};
