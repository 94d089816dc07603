// crypto-js looks for Node's crypto first, and finds the browser's.
export default {};
