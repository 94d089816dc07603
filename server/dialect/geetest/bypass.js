// What stands in for the widget when nobody answers. It lets nobody in: a Pass that
// a page can make by itself is none.
(() => {
  const chainable = ['appendTo', 'onReady', 'onNextReady', 'onBoxShow', 'onSuccess', 'onFail', 'onClose'];
  const silent = ['showBox', 'showCaptcha', 'reset', 'destroy', 'uploadExtraData'];

  class Geetest4 {
    onError(listener) {
      const detail = 'the captcha server does not answer';
      setTimeout(() => listener({ msg: 'Network failure', code: '60100', desc: { detail } }), 0);
      return this;
    }

    getValidate() {
      return false;
    }

    isOffline() {
      return true;
    }
  }

  for (const name of chainable) {
    Geetest4.prototype[name] = function () {
      return this;
    };
  }
  for (const name of silent) Geetest4.prototype[name] = () => {};
  window.Geetest4 = Geetest4;
})();
