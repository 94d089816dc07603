import { later, select } from '../engine/browser';
import { type Challenge, type Pass, type Refusal, Server } from '../engine/server';
import { type Options, Widget } from '../engine/widget';
import {
  basesOf,
  type Config,
  captchaTypes,
  extraDataOf,
  type Heights,
  kindOf,
  languageOf,
  modeOf,
  productOf,
  themeOf,
  widthOf,
} from './config';
import { CaptchaError, errorOf } from './errors';
import { names } from './names';

/** The version of the vendor's script that ours stands for. */
export const version = '2.14.0';

/** How many milliseconds a call may take, and how many failures the vendor forgives, if the page does not say. */
const standards = { timeout: 6000, maxVerification: 5 };

/** firstChallenge asks for what the widget begins with; it also tells whether there is such a Site. */
export function firstChallenge(config: Config): Promise<Challenge> {
  const server = new Server(basesOf(config), config.captchaId ?? '', config.timeout || standards.timeout);
  return server.issue({ language: languageOf(config), failures: 0 }, kindOf(config));
}

/** placeOf is the element that the page names, if there is one. */
export function placeOf(named: string | Element | null | undefined): Element | null {
  return typeof named === 'string' ? select(named) : (named ?? null);
}

/**
 * Instance is the vendor's captcha object, around our widget. It never throws, and all of the page's
 * callbacks come in a task of their own.
 */
export class Instance {
  readonly version = version;
  readonly captchaId: string;
  captchaType: number;
  readonly mode: string;
  readonly theme: string;
  readonly protocol: string;
  readonly lang: string;
  readonly $el: HTMLElement;
  /** What the vendor's fallback script follows: an object of its own, or it would follow it for ever. */
  readonly _captchaIns: { $el: HTMLElement };
  private readonly widget: Widget;
  private readonly field?: HTMLInputElement;
  private challenge: Challenge;
  /** The first Challenge, until it is shown. */
  private first?: Challenge;

  constructor(
    private readonly config: Config,
    first: Challenge,
  ) {
    this.captchaId = config.captchaId ?? '';
    this.mode = modeOf(config);
    this.theme = themeOf(config);
    this.protocol = config.protocol ?? location.protocol.slice(0, -1);
    this.lang = config.lang ?? 'zh-CN';
    this.first = this.challenge = first;
    this.captchaType = captchaTypes[first.kind].number;
    this.widget = new Widget(this.options(), {
      onLoad: (challenge) => this.loaded(challenge),
      onShow: () => this.tellHeights(),
      onWrong: (challenge, failures) => this.wrong(challenge, failures),
      onPass: (pass) => this.passed(pass),
      onClose: () => this.closed(),
      onExpire: () => this.fill(''),
      onError: (refusal) => this.failed(refusal),
    });
    this.$el = this.widget.element;
    this._captchaIns = { $el: this.$el };
    const place = placeOf(config.element);
    if (!place) return;
    this.field = hiddenField();
    place.append(this.field);
    this.widget.appendTo(place);
  }

  /** start shows the first puzzle where the mode has one on the page. */
  start(): void {
    if (productOf(this.mode) !== 'bind') this.load();
  }

  verify(): void {
    if (this.first || this.widget.settled) this.load();
    this.widget.show();
  }

  popUp(): void {
    this.verify();
  }

  close(): void {
    this.widget.close();
  }

  refresh(): void {
    this.fill('');
    this.first = undefined;
    this.widget.reset();
  }

  destroy(): void {
    this.widget.destroy();
    this.field?.remove();
  }

  getCaptchaType(): string {
    return captchaTypes[this.challenge.kind].name;
  }

  isIntellisense(): boolean {
    return false;
  }

  private load(): void {
    const { first } = this;
    this.first = undefined;
    this.fill('');
    if (first && isFresh(first)) void this.widget.load(first);
    else this.widget.reset();
  }

  private loaded(challenge: Challenge): void {
    this.challenge = challenge;
    this.captchaType = captchaTypes[challenge.kind].number;
    this.fill('');
    later(() => this.config.onDidRefresh?.(this));
  }

  private passed(pass: Pass): void {
    const validate = String(pass.validate);
    this.fill(validate);
    this.tellHeights();
    later(() => this.config.onVerify?.(null, { validate }));
  }

  private wrong(challenge: Challenge, failures: number): void {
    const data = { url: '', token: challenge.id, type: captchaTypes[challenge.kind].number, counts: failures };
    later(() => this.config.onVerify?.(new CaptchaError(300, 'the answer is not right', data)));
  }

  private failed(refusal: Refusal): void {
    const error = errorOf(refusal, { url: '', token: this.challenge.id, type: this.captchaType, counts: 0 });
    if (this.config.onError) later(() => this.config.onError?.(error));
    else console.error(error);
  }

  private closed(): void {
    this.tellHeights();
    later(() => this.config.onBeforeClose?.(this));
    later(() => this.config.onClose?.(this));
  }

  private fill(validate: string): void {
    if (this.field) this.field.value = validate;
  }

  private tellHeights(): void {
    if (this.mode !== 'float') return;
    const heights = heightsOf(this.$el);
    later(() => this.config.onFloatHeightChange?.(heights));
  }

  private options(): Options {
    const { config, mode } = this;
    return {
      bases: basesOf(config),
      site: this.captchaId,
      product: productOf(mode),
      language: languageOf(config),
      names,
      theme: themeOf(config),
      timeout: config.timeout || standards.timeout,
      mask: { outside: !config.enableClose, color: '' },
      hidden: new Set(config.enableClose ? ['close'] : []),
      size: { width: widthOf(config) },
      panelWidth: widthOf(config),
      scale: 1,
      quick: false,
      kind: kindOf(config),
      get userInfo() {
        return extraDataOf(config);
      },
      maxFailures: config.maxVerification || standards.maxVerification,
      accent: config.customStyles?.primaryColor,
    };
  }
}

function hiddenField(): HTMLInputElement {
  const field = document.createElement('input');
  field.type = 'hidden';
  field.name = 'NECaptchaValidate';
  field.className = 'yidun_input';
  return field;
}

function heightsOf(root: HTMLElement): Heights {
  const control = root.firstElementChild?.getBoundingClientRect().height ?? 0;
  const panel = root.querySelector('.yidun_modal')?.getBoundingClientRect().height ?? 0;
  const gap = panel ? 8 : 0;
  return { total: control + gap + panel, controlBarHeight: control, gapHeight: gap, imagePanelHeight: panel };
}

/** isFresh tells whether a Challenge that was kept for a while can still be shown. */
function isFresh(challenge: Challenge): boolean {
  const life = Date.parse(challenge.expires_at) - Date.parse(challenge.issued_at);
  return Date.now() - (challenge.received ?? 0) < life / 2;
}
