import type { Texts } from './texts';

const de: Texts = {
  start: 'Zur Prüfung klicken',
  loading: 'Wird geladen…',
  checking: 'Wird geprüft…',
  passed: 'Prüfung bestanden',
  wrong: 'Nicht ganz. Versuchen Sie das nächste Rätsel.',
  failed: 'Netzwerkfehler. Zum Wiederholen klicken.',
  limited: 'Zu viele Versuche. Bitte in {n} s erneut versuchen.',
  refused: 'Die Prüfung ist hier nicht verfügbar.',
  dialog: 'Sicherheitsprüfung',
  slide: 'Schieben Sie das Teil in die Lücke',
  slider: 'Position des Teils',
  position: '{n} Prozent',
  sliderHelp:
    'Mit den Pfeiltasten bewegen, mit der Umschalttaste in feinen Schritten, mit der Eingabetaste bestätigen.',
  sliderPicture: 'Bild mit einer Lücke, in die ein Teil passt',
  type: 'Geben Sie die Zeichen im Bild ein',
  textPicture: 'Bild mit verzerrten Zeichen',
  click: 'Klicken Sie in dieser Reihenfolge:',
  order: 'Reihenfolge der Klicks',
  clickHelp:
    'Bild zum Anklicken. Mit den Pfeiltasten bewegen, mit der Umschalttaste fein, mit der Eingabetaste markieren, mit der Rücktaste zurücknehmen.',
  mark: 'Markierung {n}',
  listen: 'Geben Sie die gehörten Ziffern ein',
  answer: 'Ihre Antwort',
  play: 'Aufnahme abspielen',
  stop: 'Stopp',
  confirm: 'Bestätigen',
  refresh: 'Neues Rätsel',
  close: 'Schließen',
  toAudio: 'Zu Audio wechseln',
  toPicture: 'Zum Bild wechseln',
};
export default de;
