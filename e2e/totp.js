// The codes of an authenticator, as somebody's telephone works them out.
import { createHmac } from "node:crypto";

// totp is RFC 6238 with the usual figures: SHA-1, 30 s, six digits.
export function totp(secret, at = Date.now()) {
  let bits = "";
  for (const c of secret.replace(/[=\s]/g, "")) bits += "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0");
  const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
  const count = Buffer.alloc(8);
  count.writeBigUInt64BE(BigInt(Math.floor(at / 30000)));
  const mac = createHmac("sha1", key).update(count).digest();
  const from = mac[19] & 15;
  return String((mac.readUInt32BE(from) & 0x7fffffff) % 1e6).padStart(6, "0");
}
