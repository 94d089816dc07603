// The script of our own, for pages whose Site speaks any vendor's API: it defines captchad.render, and
// hands the page the Pass as the vendor's own script would.
import type { Kind, Pass, Refusal } from '../engine/server';
import type { Theme } from '../engine/theme';
import { ownBase } from '../engine/url';
import { type Product, Widget } from '../engine/widget';
import { match } from '../locales/index';

const base = ownBase(/\/native\/v1\/captchad\.js$/);

/** RenderOptions are what a page may ask for. */
export interface RenderOptions {
  /** The Site's key. */
  site: string;
  /** Where the panel is: "float" below a button (default), "popup" above the page, "embed" on the page. */
  product?: Product;
  /** The kind of puzzle, if not the Site's standard one. */
  kind?: Kind;
  /** A BCP 47 tag; default: the page's, else the browser's. */
  language?: string;
  /** Default: light, or what the page's color-scheme says. */
  theme?: Theme;
  /** Whom the Pass is to be bound to, such as a phone number, where the vendor's Passes are. */
  subject?: string;
  /** The visitor has passed. The page hands the Pass to its backend. */
  onSuccess?(pass: Pass): void;
  onFail?(): void;
  onClose?(): void;
  onError?(error: { code: string; message: string }): void;
}

/** Rendered is a widget on the page. */
export interface Rendered {
  /** The Pass; undefined before success and after reset. */
  getPass(): Pass | undefined;
  /** Opens the panel, as the visitor's click does. */
  show(): void;
  /** Forgets the Pass and begins anew: for when the backend refused it. */
  reset(): void;
  destroy(): void;
}

function render(target: string | Element, options: RenderOptions): Rendered {
  const place = typeof target === 'string' ? document.querySelector(target) : target;
  if (!place && options.product !== 'bind') throw new Error(`captchad.render: there is no ${String(target)}`);
  const widget = new Widget(
    {
      bases: [base],
      site: options.site,
      product: options.product ?? 'float',
      language: match(options.language || document.documentElement.lang) ?? match(navigator.language) ?? 'en',
      names: { part: () => [], state: () => [] },
      theme: options.theme ?? 'auto',
      timeout: 30_000,
      mask: { outside: true, color: '' },
      hidden: new Set(),
      size: {},
      scale: 1,
      quick: false,
      kind: options.kind,
      subject: options.subject,
    },
    {
      onPass: (pass) => options.onSuccess?.(pass),
      onWrong: () => options.onFail?.(),
      onClose: () => options.onClose?.(),
      onError: ({ code, message }: Refusal) => options.onError?.({ code, message }),
    },
  );
  if (place) widget.appendTo(place);
  void widget.load();
  return {
    getPass: () => widget.pass,
    show: () => widget.show(),
    reset: () => widget.reset(),
    destroy: () => widget.destroy(),
  };
}

(window as unknown as { captchad: object }).captchad = { render };
