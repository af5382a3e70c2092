// The bearer token for a live registry that asks who is there. It is kept for this tab's session and sent to the
// registry, and to nobody else.
import { useSyncExternalStore } from 'react';

const KEY = 'feast-registry-token';

/** That a token is wanted, and whether one was given that was not accepted. */
export interface Wanted {
  wasRefused: boolean;
}

let token = stored();
let wanted: Wanted | null = null;
let given: ((isGiven: boolean) => void) | null = null;
const listeners = new Set<() => void>();

export function useWantedToken(): Wanted | null {
  return useSyncExternalStore(subscribe, () => wanted);
}

/** What requests to the registry say beside what they ask. */
export function authorization(): Record<string, string> {
  return token === null ? {} : { Authorization: `Bearer ${token}` };
}

/** Asks the person for a token, for the one there is was not accepted; whether one is given. */
export async function askForToken(): Promise<boolean> {
  const wasRefused = token !== null;
  store(null);
  change({ wasRefused });
  return new Promise((answer) => {
    given?.(false);
    given = answer;
  });
}

/** The person's answer; null for none. */
export function giveToken(text: string | null): void {
  store(text);
  change(null);
  given?.(text !== null);
  given = null;
}

function stored(): string | null {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function store(to: string | null): void {
  token = to;
  try {
    if (to === null) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, to);
  } catch {
    // Kept until the page is reloaded, then: storage is forbidden here.
  }
}

function change(to: Wanted | null): void {
  wanted = to;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
