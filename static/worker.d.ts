// What the server writes above phone/worker.js (rba_audit/web/offline.py), and what a service worker hears.
declare const VERSION: string;
declare const ASSETS_AT: string;
declare const ASSETS: string[];
declare const PAGES: string[];
declare const CHILDREN: string[];
declare const NAMELESS: string[];
declare const SHELL: string;
declare const OFFLINE: string;
/** Of phone/outbox_sender.js; absent in browsers whose workers cannot import. */
declare const drain: ((options?: { force?: boolean }) => Promise<void>) | undefined;
declare const clients: Clients;
declare function skipWaiting(): Promise<void>;
declare function addEventListener(type: "install" | "activate", listener: (event: ExtendableEvent) => void): void;
declare function addEventListener(type: "fetch", listener: (event: FetchEvent) => void): void;
declare function addEventListener(type: "message", listener: (event: ExtendableMessageEvent) => void): void;
declare function addEventListener(type: "sync", listener: (event: ExtendableEvent & { readonly tag: string }) => void): void;
