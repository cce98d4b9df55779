// What happens to a deploy when something else happens: two at once, interrupted, killed, no state server, an API that
// fails, a token that expires. Each with what the user sees; docs/faults.md says the same to operators.
import "./faults/interrupted.mjs";
import "./faults/two-at-once.mjs";
import "./faults/state-server.mjs";
import "./faults/api.mjs";
import "./faults/token.mjs";
