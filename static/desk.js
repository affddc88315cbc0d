/* The desk works without this file. It adds: the focus on what is wrong, and single keys (WCAG 2.1.4: they can be
   switched off, in the foot of every page, and none works while someone types). */
"use strict";

const SWITCH = "desk-keys";

function keysOn() {
  try { return localStorage.getItem(SWITCH) !== "off"; } catch { return true; }
}

function rememberKeys(on) {
  try { localStorage.setItem(SWITCH, on ? "on" : "off"); } catch { /* a browser that keeps nothing asks again */ }
}

function typing(target) {
  return target.closest("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]") !== null;
}

function press(element) {
  if (element.matches("input:not([type=radio]):not([type=checkbox])")) element.focus();
  else element.click();
}

function onKey(event) {
  if (!keysOn() || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target instanceof Element && typing(event.target)) return;
  const element = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!element) return;
  event.preventDefault();
  press(element);
}

function showSwitch() {
  const place = document.querySelector("[data-keys-switch]");
  if (!place || !document.querySelector("[data-key]")) return;
  const button = document.createElement("button");
  button.type = "button";
  const say = () => {
    document.documentElement.classList.toggle("keys-on", keysOn());
    button.textContent = keysOn() ? "Switch single keys off" : "Switch single keys on";
  };
  button.addEventListener("click", () => { rememberKeys(!keysOn()); say(); });
  place.append(button);
  place.hidden = false;
  say();
}

document.addEventListener("keydown", onKey);
showSwitch();
document.querySelector("[data-focus]")?.focus();
