-- wrk: sends the requests of a file, each as it stands there, one after the other and round again.
-- The file: a line with the length in bytes, then the request, and so on.
local requests, sent = {}, 0

function init(args)
    local file = assert(io.open(args[1], "rb"))
    while true do
        local length = file:read("*n", "*l")
        if not length then break end
        requests[#requests + 1] = file:read(length)
    end
    file:close()
end

function request()
    sent = sent + 1
    return requests[(sent - 1) % #requests + 1]
end

function done(summary, latency, _)
    local errors = summary.errors
    print(string.format(
        '{"requests":%d,"microseconds":%d,"bytes":%d,"refused":%d,"broken":%d,"p50":%d,"p99":%d}',
        summary.requests, summary.duration, summary.bytes, errors.status,
        errors.connect + errors.read + errors.write + errors.timeout,
        latency:percentile(50), latency:percentile(99)))
end
