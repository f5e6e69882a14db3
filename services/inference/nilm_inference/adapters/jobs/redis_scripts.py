"""What Redis does with jobs, each script as a whole or not at all.

A job is a hash; the ids of a building's unfinished jobs are a set, and the positions of all its
jobs a sorted set in the order of their text. What waits or runs is an entry of one stream, read by
one consumer group: an entry is pending while a worker has its job, and how long ago he last said so
is its idle time, by the clock of Redis.
"""

_END = """
local function finish(job, open, list, job_id, retention_ms)
  redis.call('HDEL', job, 'claim', 'entry')
  redis.call('SREM', open, job_id)
  redis.call('PEXPIRE', job, retention_ms)
  if redis.call('SCARD', open) == 0 then redis.call('PEXPIRE', list, retention_ms) end
end
local function unqueue(queue, group, entry)
  redis.call('XACK', queue, group, entry)
  redis.call('XDEL', queue, entry)
end
"""

SUBMIT = """
local job, queue, open, list = unpack(KEYS)
local max_open, job_id, position = tonumber(ARGV[1]), ARGV[2], ARGV[3]
if redis.call('EXISTS', job) == 1 then return redis.call('HGETALL', job) end
if redis.call('SCARD', open) >= max_open then return 0 end
redis.call('HSET', job, unpack(ARGV, 4))
redis.call('HSET', job, 'entry', redis.call('XADD', queue, '*', 'job', job))
redis.call('SADD', open, job_id)
redis.call('ZADD', list, 0, position)
redis.call('PERSIST', list)
return redis.call('HGETALL', job)
"""
"""Answers the job, or the one of its id; 0 where the building has too many."""

CANCEL = (
    _END
    + """
local job, queue, open, list = unpack(KEYS)
local building_id, group, job_id, now_us, retention_ms = unpack(ARGV)
if redis.call('HGET', job, 'building_id') ~= building_id then return false end
local state = redis.call('HGET', job, 'state')
if state == 'QUEUED' then
  unqueue(queue, group, redis.call('HGET', job, 'entry'))
  redis.call('HSET', job, 'state', 'CANCELLED', 'finished_us', now_us)
  finish(job, open, list, job_id, retention_ms)
elseif state == 'RUNNING' then
  redis.call('HSET', job, 'is_cancel_requested', 1)
end
return redis.call('HGETALL', job)
"""
)
"""Answers the job; false where the building has none of that id."""

CLAIM = (
    _END
    + """
local queue = KEYS[1]
local group, worker, lease_ms, token, now_us = unpack(ARGV)
redis.pcall('XGROUP', 'CREATE', queue, group, '0', 'MKSTREAM')
local function take(entry)
  local job = entry[2][2]
  local state = redis.call('HGET', job, 'state')
  if state ~= 'QUEUED' and state ~= 'RUNNING' then
    unqueue(queue, group, entry[1])
    return nil
  end
  redis.call('HINCRBY', job, 'attempt_count', 1)
  redis.call('HSET', job, 'state', 'RUNNING', 'claim', token, 'entry', entry[1])
  if redis.call('HGET', job, 'begun_us') == '0' then redis.call('HSET', job, 'begun_us', now_us) end
  return redis.call('HGETALL', job)
end
local function forget_the_dead()
  for _, consumer in ipairs(redis.call('XINFO', 'CONSUMERS', queue, group)) do
    if consumer[2] ~= worker and consumer[4] == 0 then
      redis.call('XGROUP', 'DELCONSUMER', queue, group, consumer[2])
    end
  end
end
local cursor = '0-0'
repeat
  local found = redis.call('XAUTOCLAIM', queue, group, worker, lease_ms, cursor, 'COUNT', 1)
  cursor = found[1]
  for _, entry in ipairs(found[2]) do
    local job = take(entry)
    forget_the_dead()
    if job then return job end
  end
until cursor == '0-0'
while true do
  local read = redis.call('XREADGROUP', 'GROUP', group, worker, 'COUNT', 1, 'STREAMS', queue, '>')
  if not read then return false end
  local job = take(read[1][2][1])
  if job then return job end
end
"""
)
"""Answers a job whose worker fell silent, else one that waits; false where there is none.

A consumer without a job is forgotten with it; it is made again when it next asks.
"""

KEEP = """
local job, queue = unpack(KEYS)
local token, group, worker, done_until_us, prediction_count = unpack(ARGV)
if redis.call('HGET', job, 'claim') ~= token then return false end
redis.call('HSET', job, 'done_until_us', done_until_us, 'prediction_count', prediction_count)
redis.call('XCLAIM', queue, group, worker, 0, redis.call('HGET', job, 'entry'), 'JUSTID')
return redis.call('HGETALL', job)
"""
"""Answers the job, and begins its idle time anew; false where the claim is lost."""

FINISH = (
    _END
    + """
local job, queue, open, list = unpack(KEYS)
local token, group, job_id, state, message, now_us, retention_ms = unpack(ARGV)
if redis.call('HGET', job, 'claim') ~= token then return 0 end
unqueue(queue, group, redis.call('HGET', job, 'entry'))
redis.call('HSET', job, 'state', state, 'message', message, 'finished_us', now_us,
           'is_cancel_requested', 0)
finish(job, open, list, job_id, retention_ms)
return 1
"""
)
"""Answers 1; 0 where the claim is lost."""

RELEASE = (
    _END
    + """
local job, queue = unpack(KEYS)
local token, group = unpack(ARGV)
if redis.call('HGET', job, 'claim') ~= token then return 0 end
unqueue(queue, group, redis.call('HGET', job, 'entry'))
redis.call('HDEL', job, 'claim')
redis.call('HINCRBY', job, 'attempt_count', -1)
redis.call('HSET', job, 'state', 'QUEUED', 'entry', redis.call('XADD', queue, '*', 'job', job))
return 1
"""
)
"""Puts the job back at the end of the queue; 0 where the claim is lost."""
