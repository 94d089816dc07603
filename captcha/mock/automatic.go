package mock

import "github.com/captchad/captchad/captcha"

// Automatic is the outcome of an issue whose Challenge asks nothing of the visitor: our
// widget shows no puzzle and passes by itself, and any Answer is right, of whoever draws
// the puzzle all the same. The last ten thousand are known; those before are judged as any
// other, should anybody still answer them.
const Automatic Outcome = "automatic"

// Automatic tells whether the Challenge with that ID asks nothing of the visitor. A
// [captcha.Service] has no such method: there every Challenge takes an Answer.
func (c *Core) Automatic(id captcha.ID) bool { return c.automatic.of(id) }
