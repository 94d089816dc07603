// What an app writes to put the SDK on its page. The SDK shows its own dialog.
import cloudbase from '@cloudbase/js-sdk';

const { protocol, host } = new URL(window.captchadURL);
const app = cloudbase.init({ env: 'demo-env' });
app.registerHost(host, protocol.replace(':', ''));
window.auth = app.auth({ persistence: 'local' });
