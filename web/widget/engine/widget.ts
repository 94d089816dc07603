import { fill } from '../locales/fill';
import { type Language, locales, rightToLeft } from '../locales/index';
import type { Texts } from '../locales/texts';
import { Box } from './box';
import { type Look, StartButton } from './button';
import { type Names, Parts } from './dom';
import type { Surroundings, View } from './puzzle';
import {
  type Answer,
  type Challenge,
  type Kind,
  type Move,
  type Page,
  type Pass,
  Refusal,
  Server,
  type Solved,
} from './server';
import { sliderView } from './slider';
import { embedded, floating, type Mask, popup, type Stage } from './stage';
import { addStyles, isDark, type Theme } from './theme';
import { audioView, textView } from './typed';
import { wordsView } from './words';

/** Product is the form of a widget: where its panel is, and whether a button opens it. */
export type Product = 'float' | 'popup' | 'bind' | 'embed';

/** Options are what a vendor's script makes of its own. */
export interface Options {
  /** Where captchad is: URLs without a slash at their end, tried in order. */
  bases: string[];
  site: string;
  product: Product;
  language: Language;
  names: Names;
  theme: Theme;
  /** How many milliseconds a call may take. */
  timeout: number;
  mask: Mask;
  /** "close", "refresh": what the panel does not have. */
  hidden: ReadonlySet<string>;
  /** CSS lengths of the button. */
  size: { width?: string; height?: string };
  /** CSS length of the panel. */
  panelWidth?: string;
  /** How much larger than usual everything is. */
  scale: number;
  /** Whether the panel closes at once when the visitor has passed. */
  quick: boolean;
  /** Whether clicks are sent by a button, and not by the last of them. */
  confirms?: boolean;
  kind?: Kind;
  subject?: string;
  clientType?: string;
  userInfo?: string;
  /** After so many wrong answers in a row the visitor has to click for another puzzle; default: never. */
  maxFailures?: number;
  /** CSS colour of what is operated. */
  accent?: string;
}

/** State is how things stand; vendors show it as a class. */
export type State = 'loading' | 'ready' | 'open' | 'checking' | 'wrong' | 'passed' | 'failed' | 'closed';

/** Hooks are told what happens. */
export interface Hooks {
  onLoad?(challenge: Challenge): void;
  onShow?(): void;
  onWrong?(challenge: Challenge, failures: number): void;
  /** The visitor has passed, and the panel is gone. */
  onPass?(pass: Pass): void;
  onClose?(): void;
  /** The Pass has become too old, and the widget begins anew. */
  onExpire?(): void;
  /** Something failed; answered is the Challenge whose Answer could not be judged, if that failed. */
  onError?(refusal: Refusal, answered?: Challenge): void;
}

/** How many milliseconds a message is shown before things go on. */
const pauses = { passed: 600, wrong: 1000 };

/** An unsolved puzzle is replaced after that many milliseconds, before it ends on the server. */
const longestWait = 480_000;

/** How many milliseconds before its end a puzzle is replaced even under the visitor's hand. */
const shortestRest = 5000;

const views: Record<Kind, (around: Surroundings) => Promise<View>> = {
  slider: sliderView,
  text: textView,
  audio: audioView,
  words: wordsView,
};

const looks: Record<State, Look> = {
  loading: 'busy',
  ready: 'ready',
  open: 'open',
  checking: 'busy',
  wrong: 'open',
  passed: 'good',
  failed: 'bad',
  closed: 'ready',
};

/** Widget takes a visitor from the first puzzle to a Pass. Every vendor's script is a shape around it. */
export class Widget {
  /** The Pass, from when the page is told until it begins anew. */
  pass?: Pass;
  private readonly texts: Texts;
  private readonly parts: Parts;
  private readonly server: Server;
  private readonly root: HTMLElement;
  private readonly box: Box;
  private readonly button?: StartButton;
  private readonly stage: Stage;
  private follower?: MutationObserver;
  private readonly gone = new AbortController();
  private readonly timers = new Set<number>();
  private challenge?: Challenge;
  private kind?: Kind;
  private failures = 0;
  /** How many of them came one after the other. */
  private run = 0;
  private clockOffset = 0;
  private state: State = 'loading';
  private shown = false;
  /** Whether the server wants no puzzle solved, as far as it has told. */
  private automatic = false;
  /** Whether the visitor has begun, and only the server is waited for. */
  private begun = false;
  /** Counts what was begun; what comes back later than the next beginning is void. */
  private turn = 0;

  constructor(
    private readonly options: Options,
    private readonly hooks: Hooks,
  ) {
    addStyles();
    this.texts = locales[options.language];
    this.kind = options.kind;
    this.parts = new Parts(options.names);
    this.server = new Server(options.bases, options.site, options.timeout);
    const hidden = new Set(options.hidden);
    if (options.product === 'embed') hidden.add('close');
    this.box = new Box(this.parts, this.texts, rightToLeft.has(options.language), hidden, {
      close: () => this.close(),
      refresh: () => this.decided || void this.load(),
      switchKind: () => this.decided || this.switchKind(),
    });
    if (options.accent) this.box.element.style.setProperty('--captchad-accent', options.accent);
    if (options.panelWidth) this.box.element.style.width = options.panelWidth;
    const hasButton = options.product === 'float' || options.product === 'popup';
    if (hasButton) this.button = new StartButton(this.parts, options.size, () => this.press());
    // Where the button stands is for the page's direction to say, so the root has none.
    if (this.button) this.button.element.dir = this.box.element.dir;
    for (const element of [this.box.element, this.button?.element]) {
      element?.addEventListener('keydown', (event) => event.key === 'Escape' && this.escape(event));
    }
    this.stage = this.makeStage();
    this.root = this.parts.make('div', 'root', `captcha ${options.product}`);
    this.root.lang = this.stage.element.lang = options.language;
    this.followThePage();
    if (this.button) this.root.append(this.parts.make('div', 'holder', 'holder', {}, this.button.element));
    if (options.product === 'float' || options.product === 'embed') this.root.append(this.stage.element);
    this.enter('loading');
  }

  /** appendTo puts the widget on the page. One without a button or a panel there puts nothing. */
  appendTo(target: Element): void {
    if (this.options.product === 'bind') return;
    target.append(this.root);
    this.dress();
  }

  /** load shows a new puzzle: the one that is there already, the one that comes, or else one that it asks for. */
  async load(coming?: Challenge | Promise<Challenge>): Promise<void> {
    const turn = this.begin('loading');
    this.box.say(this.texts.loading);
    if (coming && 'id' in coming) this.automatic = !!coming.automatic; // to be known at once: show() may come next
    try {
      const challenge = await (coming ?? this.server.issue(this.page(), this.kind));
      const view = challenge.automatic ? undefined : await this.view(challenge);
      if (turn !== this.turn) return view?.destroy();
      if (view) this.box.show(view, challenge);
      else this.box.clear(this.texts.dialog);
      this.challenge = challenge;
      this.automatic = !view;
      if (challenge.received) this.clockOffset = Date.parse(challenge.issued_at) - challenge.received;
      this.enter(this.shown ? 'open' : 'ready');
      this.watch(challenge);
      this.hooks.onLoad?.(challenge);
      this.goOn();
    } catch (error) {
      if (turn === this.turn) this.fail(error);
    }
  }

  /** goOn does what the visitor has begun before there was a Challenge. */
  private goOn(): void {
    const { begun } = this;
    this.begun = false;
    if (this.automatic && (begun || this.shown || this.options.product === 'embed')) this.answerItself();
    else if (begun) this.open();
  }

  /** answerItself gives an Answer that is as good as any other: the server for tests has said so. */
  private answerItself(): void {
    void this.answer({ x: 0 }, []);
  }

  /**
   * show opens the panel. After success or failure it begins anew. Where there is no puzzle to solve it
   * opens nothing, and the visitor passes.
   */
  show(): void {
    if (this.gone.signal.aborted) return;
    if (this.settled) this.reset();
    if (this.shown || this.state === 'passed') return;
    if (!this.automatic) return this.open();
    this.begun = this.state === 'loading' || this.state === 'wrong';
    if (!this.begun) this.answerItself();
  }

  private open(): void {
    if (this.shown || this.gone.signal.aborted) return;
    this.shown = true;
    if (this.options.product !== 'float' && this.options.product !== 'embed') document.body.append(this.stage.element);
    this.dress();
    this.stage.open();
    this.follow();
    this.button?.expand(true);
    if (this.state !== 'loading') this.enter('open');
    this.box.focus();
    this.hooks.onShow?.();
  }

  /** follow closes a popup when its button leaves the page: some apps take it away without a word. */
  private follow(): void {
    if (this.options.product !== 'popup') return;
    this.follower ??= new MutationObserver(() => this.root.isConnected || this.close());
    this.follower.observe(document, { childList: true, subtree: true });
  }

  /** reset forgets the Pass and begins anew. */
  reset(): void {
    if (this.gone.signal.aborted) return;
    this.pass = undefined;
    this.kind = this.options.kind;
    void this.load();
  }

  /** element is what the visitor sees of the widget. */
  get element(): HTMLElement {
    return this.options.product === 'bind' ? this.stage.element : this.root;
  }

  /** decided tells that an Answer is being judged, or was right: no button takes that back. */
  private get decided(): boolean {
    return this.state === 'checking' || this.state === 'passed';
  }

  /** settled tells whether there is nothing more to do but to reset. */
  get settled(): boolean {
    return this.state === 'failed' || !!this.pass;
  }

  destroy(): void {
    this.hide(); // so that the focus is back where it was
    this.begin('closed');
    this.pass = undefined;
    this.gone.abort();
    this.stage.destroy();
    this.box.destroy();
    this.root.remove();
  }

  private makeStage(): Stage {
    const { product, mask } = this.options;
    const dismiss = () => this.close();
    if (product === 'embed') return embedded(this.parts, this.box.element);
    if (product === 'float' && this.button) {
      return floating(this.parts, this.box.element, this.texts.dialog, this.button.element, dismiss);
    }
    const names = product === 'bind' ? 'captcha bind popup_wrap popup' : 'popup_wrap popup';
    return popup(this.parts, this.box.element, this.texts.dialog, mask, names, dismiss);
  }

  private view(challenge: Challenge): Promise<View> {
    return views[challenge.kind]({
      parts: this.parts,
      texts: this.texts,
      challenge,
      confirms: !!this.options.confirms,
      submit: (answer, track) => void this.answer(answer, track),
    });
  }

  private async answer(answer: Answer, track: Move[]): Promise<void> {
    const challenge = this.challenge;
    if (!challenge || (this.state !== 'open' && this.state !== 'ready')) return;
    const turn = this.begin('checking');
    this.box.say(this.texts.checking);
    try {
      const solved = await this.server.answer(challenge.id, answer, track, this.page(), this.options.subject);
      if (turn === this.turn) this.succeed(solved);
    } catch (error) {
      if (turn === this.turn) this.judge(error, challenge);
    }
  }

  private succeed({ pass, expires_at }: Solved): void {
    this.run = 0;
    this.enter('passed');
    this.box.say(this.texts.passed, 'good');
    const seen = this.shown || !this.automatic;
    this.later(this.options.quick || !seen ? 0 : pauses.passed, () => {
      this.hide();
      this.pass = pass;
      this.hooks.onPass?.(pass);
    });
    if (this.hooks.onExpire) this.later(Date.parse(expires_at) - this.serverNow(), () => this.expire());
  }

  private expire(): void {
    this.reset();
    this.hooks.onExpire?.();
  }

  /** serverNow is the time by the server's clock, of which the visitor's may be hours off. */
  private serverNow(): number {
    return Date.now() + this.clockOffset;
  }

  // What is said here of a puzzle that is over, the next one makes good.
  private judge(error: unknown, challenge: Challenge): void {
    const code = error instanceof Refusal ? error.code : '';
    const over = ['unknown', 'used', 'expired', 'exhausted'].includes(code);
    if (over && !challenge.automatic) return void this.load();
    if (code !== 'wrong') return this.fail(error, challenge);
    this.failures++;
    this.run++;
    // What answers by itself as soon as it is loaded would go on for ever.
    const restless = challenge.automatic && this.options.product === 'embed';
    const goesOn = !restless && this.run < (this.options.maxFailures ?? Infinity);
    this.enter(goesOn ? 'wrong' : 'failed');
    this.box.say(this.texts.wrong, 'bad', goesOn ? undefined : () => void this.load());
    if (goesOn) this.later(pauses.wrong, () => void this.load());
    else this.run = 0;
    this.hooks.onWrong?.(challenge, this.failures);
  }

  private fail(error: unknown, answered?: Challenge): void {
    const refusal = error instanceof Refusal ? error : new Refusal('network', String(error));
    this.enter('failed');
    const hopeful = refusal.failed || refusal.code === 'limited';
    this.box.say(this.complaint(refusal), 'bad', hopeful ? () => void this.load() : undefined);
    this.hooks.onError?.(refusal, answered);
  }

  private complaint(refusal: Refusal): string {
    if (refusal.failed) return this.texts.failed;
    return refusal.code === 'limited' ? fill(this.texts.limited, Math.max(refusal.retryAfter, 1)) : this.texts.refused;
  }

  private press(): void {
    if (this.state === 'passed') return;
    if (this.shown && this.state !== 'failed') this.close();
    else this.show();
  }

  /** close takes the panel away, as the visitor can. */
  close(): void {
    if (!this.shown || this.state === 'passed') return;
    this.hide();
    if (this.state === 'open') this.enter('closed');
    this.hooks.onClose?.();
  }

  private escape(event: Event): void {
    if (!this.shown || this.options.product === 'embed') return;
    event.preventDefault(); // else the modal dialog closes itself
    event.stopPropagation(); // else the app's own one does
    this.close();
  }

  /** hide takes the panel away. Who was in it is back at the button. */
  private hide(): void {
    if (!this.shown || this.options.product === 'embed') return;
    const focused = this.box.element.contains(document.activeElement);
    this.follower?.disconnect();
    this.shown = false;
    this.box.rest();
    this.stage.close();
    this.button?.expand(false);
    if (focused && this.options.product === 'float') this.button?.element.focus({ preventScroll: true });
  }

  private switchKind(): void {
    const kinds = this.challenge?.kinds ?? [];
    const audible = this.challenge?.kind !== 'audio';
    this.kind = audible ? 'audio' : kinds.find((kind) => kind !== 'audio');
    void this.load();
  }

  private page(): Page {
    const { clientType, userInfo, language } = this.options;
    return { language, client_type: clientType, user_info: userInfo, failures: this.failures };
  }

  /** begin makes void what is still on its way. */
  private begin(state: State): number {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
    this.enter(state);
    return ++this.turn;
  }

  private later(milliseconds: number, act: () => void): void {
    const timer = window.setTimeout(() => {
      this.timers.delete(timer);
      act();
    }, milliseconds);
    this.timers.add(timer);
  }

  /** watch replaces the puzzle before it ends; on a page that nobody looks at only when somebody does. */
  private watch(challenge: Challenge): void {
    const turn = this.turn;
    const life = Date.parse(challenge.expires_at) - Date.parse(challenge.issued_at);
    const end = Date.now() + life - shortestRest;
    const replace = () => {
      if (turn !== this.turn) return;
      // Not under the visitor's hand, as long as it can be answered.
      if (this.box.busy && Date.now() < end) this.later(shortestRest, replace);
      else void this.load();
    };
    this.later(Math.min(longestWait, life * 0.8), () => {
      if (!document.hidden) replace();
      else document.addEventListener('visibilitychange', replace, { once: true, signal: this.gone.signal });
    });
  }

  /** enter shows how things stand. */
  private enter(state: State): void {
    const elements = [this.root, this.stage?.element].filter(Boolean);
    for (const element of elements) {
      element.dataset.state = state;
      if (element !== this.root && this.root.contains(element)) continue; // one element has the vendor's class
      element.classList.remove(...this.options.names.state(this.state));
      element.classList.add(...this.options.names.state(state));
    }
    this.state = state;
    this.button?.show(looks[state], this.buttonText(state));
  }

  private buttonText(state: State): string {
    const { texts } = this;
    const said: Partial<Record<State, string>> = {
      loading: texts.loading,
      checking: texts.checking,
      passed: texts.passed,
      failed: texts.failed,
      wrong: this.automatic ? texts.wrong : undefined, // else the panel says so
    };
    return said[state] ?? texts.start;
  }

  private followThePage(): void {
    const dark = window.matchMedia?.('(prefers-color-scheme: dark)');
    dark?.addEventListener?.('change', () => this.dress(), { signal: this.gone.signal });
  }

  /** dress gives the widget the looks of its surroundings. */
  private dress(): void {
    const place = this.root.isConnected ? this.root : document.body;
    const theme = isDark(this.options.theme, place) ? 'dark' : 'light';
    for (const element of [this.root, this.stage.element]) element.dataset.theme = theme;
    for (const element of [this.button?.element, this.box.element]) {
      if (this.options.scale !== 1) element?.style.setProperty('zoom', String(this.options.scale));
    }
  }
}
