package geetest

// Sign makes a sign_token.
var Sign = sign
