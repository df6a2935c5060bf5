// Types of the pages: elements of our own templates, which the browser tests hold to the scripts, are there and have their tags and data.
// A selector is typed by its last part (`.tools button[hidden]` is a button); without a tag, `[name…]` is a field and `[data-do…]` a button.

type LastPart<S extends string> = S extends `${string} ${infer Rest}` ? LastPart<Rest> : S;
type WithoutTail<S extends string, Mark extends string> = S extends `${infer Head}${Mark}${string}` ? Head : S;
type TagOf<S extends string> = WithoutTail<WithoutTail<WithoutTail<WithoutTail<S, "[">, ".">, ":">, "#">;
type Untagged<Part extends string> = Part extends `${string}[name${string}` ? HTMLInputElement : Part extends `${string}[data-do${string}` ? HTMLButtonElement : HTMLElement;
type ElementOf<S extends string> = TagOf<LastPart<S>> extends keyof HTMLElementTagNameMap ? HTMLElementTagNameMap[TagOf<LastPart<S>>] : Untagged<LastPart<S>>;

interface ParentNode {
  querySelector<const S extends string>(selector: S): ElementOf<S>;
  querySelectorAll<const S extends string>(selector: S): NodeListOf<ElementOf<S>>;
}
interface Element {
  setAttribute(name: string, value: string | number | boolean): void;
  closest<const S extends string>(selector: S): ElementOf<S>;
}

/** A form whose fields are found by their names. */
type FormFields = Iterable<HTMLInputElement> & { readonly [name: string]: HTMLInputElement } & HTMLFormControlsCollection;
interface OwnForm extends HTMLFormElement {
  readonly elements: FormFields;
}

/** Elements that scripts find by their id and that are more than HTMLElement. */
interface OwnElements {
  parcel: HTMLInputElement;
  acts: HTMLTemplateElement;
  sides: HTMLTemplateElement;
  tools: HTMLTemplateElement;
  ask: HTMLDialogElement;
  camera: HTMLInputElement;
  danger: HTMLDialogElement;
  "danger-at-site": HTMLInputElement;
  "danger-calls": HTMLDetailsElement;
  "danger-find": HTMLInputElement;
  "danger-note": HTMLTextAreaElement;
  "danger-where": HTMLInputElement;
  find: HTMLInputElement;
  form: OwnForm;
  "new-place": OwnForm;
  "position-reason": HTMLTextAreaElement;
  search: HTMLInputElement;
}
interface Document {
  getElementById<const Id extends string>(id: Id): Id extends keyof OwnElements ? OwnElements[Id] : HTMLElement;
}

/** What an event of one of our elements came from: an element, and a field where it is about what is written. */
type FieldTarget = HTMLInputElement;
type EventOf<K extends keyof HTMLElementEventMap> = HTMLElementEventMap[K] & { readonly target: K extends "input" | "change" | "focusin" ? FieldTarget : HTMLElement };
interface HTMLElement {
  readonly dataset: { [name: string]: string };
  addEventListener<K extends keyof HTMLElementEventMap>(type: K, listener: (event: EventOf<K>) => unknown, options?: boolean | AddEventListenerOptions): void;
}
interface HTMLFormElement {
  addEventListener<K extends keyof HTMLElementEventMap>(type: K, listener: (event: EventOf<K>) => unknown, options?: boolean | AddEventListenerOptions): void;
}

/* --- what the libraries of types do not have --- */

interface Navigator {
  readonly connection?: { readonly saveData?: boolean };
}
interface ServiceWorkerRegistration {
  readonly sync?: { register(tag: string): Promise<void> };
}
interface WindowEventMap {
  beforeinstallprompt: Event & { prompt(): Promise<unknown> };
}
interface Window {
  /** What phone/reload_assets.js tries to load again. */
  mending: { tries: number };
  /** What the scripts of the map share: they are plain scripts, which folium places in the page. */
  rbaMap: Record<string, any>;
  trustedTypes?: unknown;
}
declare var L: any;
declare var map_rba: any;
