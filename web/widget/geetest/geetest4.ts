import { later, select } from '../engine/browser';
import { type Challenge, type Kind, type Pass, type Refusal, Server } from '../engine/server';
import { type Options, Widget } from '../engine/widget';
import {
  basesOf,
  type Config,
  clientTypeOf,
  hiddenIn,
  kindOf,
  maskOf,
  productOf,
  sizeOf,
  themeOf,
  userInfoOf,
} from './config';
import { Emitter } from './emitter';
import { late, misconfigured, type VendorError } from './errors';
import { languageOf } from './language';
import { namesOf } from './names';

/** How many milliseconds a call may take if the page does not say. */
const standardTimeout = 30_000;

const captchaTypes: Record<Kind, string> = { slider: 'slide', text: 'text', audio: 'voice', words: 'word' };

/** serverOf is the server as an object of the config calls it. */
export function serverOf(config: Config): Server {
  return new Server(basesOf(config), config.captchaId ?? '', config.timeout || standardTimeout);
}

/** firstChallenge asks for what the widget begins with. */
export async function firstChallenge(config: Config): Promise<Challenge> {
  const page = {
    language: languageOf(config.language),
    client_type: clientTypeOf(),
    user_info: userInfoOf(config),
    failures: 0,
  };
  const issue = () => serverOf(config).issue(page, kindOf(config));
  return config.lotNumber ? serverOf(config).show(config.lotNumber).catch(issue) : issue();
}

/** Geetest4 is the captcha object of the vendor: its methods, events and errors, around our widget. */
export class Geetest4 {
  private readonly config: Config;
  private readonly options: Options;
  private readonly widget: Widget;
  private readonly events = new Emitter();
  private readonly bound: boolean;
  private readonly name: string;
  private announced = false;
  private ready = false;
  private wantsShow = false;
  private destroyed = false;

  /** The vendor's loader makes it of its config alone; our own hands the first Challenge over. */
  constructor(config: Config, first?: Challenge) {
    this.config = Object.create(config) as Config; // what reset changes is not the page's
    this.options = optionsOf(this.config);
    this.bound = config.product === 'bind';
    this.name = config.challenge || uuid();
    this.widget = new Widget(this.options, {
      onLoad: (challenge) => this.loaded(challenge),
      onShow: () => this.events.emit('boxShow'),
      onWrong: (challenge, failures) => this.events.emit('fail', this.failure(challenge, failures)),
      onPass: () => this.events.emit('success'),
      onClose: () => this.events.emit('close'),
      onError: (refusal, answered) => this.failed(refusal, answered),
    });
    // In a later task: whoever makes the object has to be able to listen first.
    later(() => void this.start(first));
  }

  appendTo(target: unknown): this {
    if (this.destroyed || this.bound) return this;
    const place = find(target);
    if (place) this.widget.appendTo(place);
    else this.tellError(misconfigured('60002', `appendTo: there is no ${String(target)}`));
    return this;
  }

  onReady(listener: () => void): this {
    return this.on('ready', listener);
  }

  onNextReady(listener: () => void): this {
    return this.on('nextReady', listener);
  }

  onBoxShow(listener: () => void): this {
    return this.on('boxShow', listener);
  }

  onSuccess(listener: () => void): this {
    return this.on('success', listener);
  }

  onFail(listener: () => void): this {
    return this.on('fail', listener);
  }

  onError(listener: () => void): this {
    return this.on('error', listener);
  }

  onClose(listener: () => void): this {
    return this.on('close', listener);
  }

  /** The Pass: five texts. false before success and after reset. */
  getValidate(): Pass | false {
    return this.widget.pass ?? false;
  }

  showBox(): void {
    if (this.destroyed || !this.bound) return;
    if (this.ready || this.widget.settled) this.widget.show();
    else this.wantsShow = true;
  }

  showCaptcha(): void {
    this.showBox();
  }

  reset(options?: object): void {
    if (this.destroyed || !this.widget.settled) return;
    if (options)
      Object.assign(this.options, optionsOf(Object.assign(this.config, options)), {
        names: this.options.names,
        product: this.options.product,
      });
    this.widget.reset();
  }

  destroy(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    this.events.clear();
    this.widget.destroy();
  }

  isOffline(): boolean {
    return false;
  }

  /** What the vendor judges behaviour by. We do not, and take it without a word. */
  uploadExtraData(): void {}

  private on(event: string, listener: () => void): this {
    if (!this.destroyed) this.events.on(event, listener);
    return this;
  }

  private async start(first?: Challenge): Promise<void> {
    if (this.destroyed) return;
    const coming = first ? Promise.resolve(first) : firstChallenge(this.config);
    coming.then(
      () => this.announce(),
      () => {}, // the widget says so, and lets the visitor try again
    );
    await this.widget.load(coming);
  }

  private announce(): void {
    if (this.announced) return;
    this.announced = true;
    this.events.emitForGood('ready');
  }

  private loaded(challenge: Challenge): void {
    this.announce();
    this.events.emit('nextReady', {
      lotNumber: challenge.id,
      captchaType: captchaTypes[challenge.kind],
      client: clientTypeOf(),
    });
    this.ready = true;
    if (this.wantsShow && !this.destroyed) this.widget.show();
    this.wantsShow = false;
  }

  private failure(challenge: Challenge, failures: number): object {
    return {
      captchaId: this.config.captchaId,
      lotNumber: challenge.id,
      captchaType: captchaTypes[challenge.kind],
      challenge: this.name,
      failCount: failures,
    };
  }

  private failed(refusal: Refusal, answered?: Challenge): void {
    this.tellError(late(refusal, answered ? '60101' : '60100', answered?.id));
  }

  private tellError(error: VendorError): void {
    later(() => this.events.emit('error', error));
  }
}

function optionsOf(config: Config): Options {
  return {
    bases: basesOf(config),
    site: config.captchaId ?? '',
    product: productOf(config),
    language: languageOf(config.language),
    names: namesOf(hash()),
    theme: themeOf(config),
    timeout: config.timeout || standardTimeout,
    mask: maskOf(config),
    hidden: hiddenIn(config),
    size: sizeOf(config),
    panelWidth: config.nextWidth,
    scale: config.rem || 1,
    confirms: true,
    quick: !!(config.hideSuccess || config.hideBindSuccess),
    kind: kindOf(config),
    clientType: clientTypeOf(),
    userInfo: userInfoOf(config),
  };
}

/** find finds what appendTo means. Ids such as "captcha-:r0:" are no CSS selectors, so they are not read as such. */
function find(target: unknown): Element | null {
  if (typeof target === 'string') {
    return target[0] === '#' ? document.getElementById(target.slice(1)) : select(target);
  }
  const first = target && (target as ArrayLike<unknown>)[0];
  if (target instanceof Element) return target;
  return first instanceof Element ? first : null;
}

/** hash tells the instances on a page apart. */
const hash = (): string =>
  Math.floor((1 + Math.random()) * 0x1_0000_0000)
    .toString(16)
    .slice(1);

const uuid = (): string =>
  'xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx'.replace(/x/g, () => Math.floor(Math.random() * 16).toString(16));
