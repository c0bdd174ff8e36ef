// Passkeys: what went wrong is said on the page, and not in the console alone.
"use strict";

document.addEventListener("allauth.error", (event) => {
  const place = document.getElementById("passkey_error");
  if (!place) return;
  event.preventDefault();
  place.hidden = false;
});

// What is shown once is chosen whole when it is entered, ready to be copied.
document.addEventListener("focusin", (event) => {
  if (event.target instanceof HTMLInputElement && event.target.matches("[data-copy]")) event.target.select();
});
