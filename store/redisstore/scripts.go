package redisstore

import "github.com/redis/go-redis/v9"

// All keys begin with a hash tag, which puts them into one slot of a cluster.
const (
	keyPrefix = "{captchad}:record:"
	memoryKey = "{captchad}:memory"
)

// remember sees that the last key is the memory of this run of this server, and tells
// since which second it remembers. ARGV[1] is that second if the memory is made anew. A
// clock that was set back does not bring forgotten ones back.
const remember = `
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
if not run then
	return redis.error_reply('NORUN the server does not tell its run_id')
end
local memory = redis.call('HMGET', KEYS[#KEYS], 'run', 'since')
local since = tonumber(memory[2] or 0)
if memory[1] ~= run then
	since = math.max(since, tonumber(ARGV[1]))
	redis.call('HSET', KEYS[#KEYS], 'run', run, 'since', since)
end
`

// refuse refuses what was issued before that. ARGV[2] is the second of issue, or 0.
const refuse = `
local issued = tonumber(ARGV[2])
if issued ~= 0 and issued < since then
	return redis.error_reply('FORGOTTEN')
end
`

var (
	// scriptState tells since when the ledger remembers, and what the server does when
	// its memory is full.
	scriptState = redis.NewScript(remember + `return {since, redis.call('INFO', 'memory')}`)

	// scriptFind reads a Record. KEYS[1] is its key.
	scriptFind = redis.NewScript(remember + refuse + `return redis.call('GET', KEYS[1])`)

	// scriptSwap keeps ARGV[4] as the Record for ARGV[5] milliseconds (0: for ever) if its
	// version, the first eight bytes, is ARGV[3] (none: it is not there), and tells 1; or
	// tells 0.
	scriptSwap = redis.NewScript(remember + refuse + `
if redis.call('GETRANGE', KEYS[1], 0, 7) ~= ARGV[3] then
	return 0
end
if ARGV[5] == '0' then
	redis.call('SET', KEYS[1], ARGV[4])
else
	redis.call('SET', KEYS[1], ARGV[4], 'PX', ARGV[5])
end
return 1
`)
)
