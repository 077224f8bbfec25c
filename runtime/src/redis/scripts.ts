// One step each, for all processes; `KEYS[1]` is a token's or its lock's. A channel and a token's name come first where
// something is published. Each that writes says 1 where it did what it is for.

/** What is no text, which somebody else put there, reads as an empty one: that can be told, and be replaced. */
const READ_TEXT = `
local function read()
  local value = redis.pcall('GET', KEYS[1])
  if type(value) == 'table' and value.err and string.find(value.err, 'WRONGTYPE', 1, true) then return '' end
  return value
end`;

/** A script like the others: a bare `GET` may be answered by a replica, which is behind, or by a cache of the client. */
export const READ = `${READ_TEXT}
return read()`;

/** channel, name, value, ms */
export const PUT = `
redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[4])
redis.call('PUBLISH', ARGV[1], ARGV[2])
return 1`;

/** channel, name, value, ms, the value expected or nothing */
export const PUT_IF = `${READ_TEXT}
if (read() or '') ~= ARGV[5] then return 0 end
redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[4])
redis.call('PUBLISH', ARGV[1], ARGV[2])
return 1`;

/** channel, name */
export const REMOVE = `
redis.call('DEL', KEYS[1])
redis.call('PUBLISH', ARGV[1], ARGV[2])
return 1`;

/** owner, ms. A client that lost its connection may send it again: then the lock is its own. */
export const LOCK = `
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) or redis.call('GET', KEYS[1]) == ARGV[1] then return 1 end
return 0`;

/** owner, ms */
export const EXTEND = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`;

/** owner */
export const RELEASE = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])`;
