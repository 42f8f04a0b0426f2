-- SPDX-License-Identifier: GPL-3.0-or-later
-- What wrk sends: wrk -s load.lua URL -- KIND KEY ID; a path instead of the ID
-- of a session to GET something else.
local kind, headers, get, n

local function body(mail)
	-- Names differ, as real ones do: each session has words of its own.
	local who = string.format("Ada%d Lovelace%d", n, n % 97)
	if mail then
		return string.format('{"externalId":"order-%d","customerName":"%s",' ..
			'"customerEmail":"ada.l%d@example.org"}', n, who, n)
	end
	return string.format('{"externalId":"order-%d","customerName":"%s"}',
		n, who)
end

local function create(mail)
	return wrk.format("POST", "/kyc-sessions", headers, body(mail))
end

local function search()
	return wrk.format("POST", "/kyc-sessions/search", headers,
		string.format('{"searchQuery":"ada%d","limit":20}', 1000 + n % 9000))
end

-- Of twenty: one search, one create with mail, one without, else GET.
local function mix()
	local turn = n % 20
	if turn == 0 then return search() end
	if turn == 7 then return create(true) end
	if turn == 14 then return create(false) end
	return get
end

function init(args)
	kind, n = args[1], 0
	headers = { ["Authorization"] = "Bearer " .. args[2],
		["Content-Type"] = "application/json" }
	local path = args[3]
	if path:sub(1, 1) ~= "/" then path = "/kyc-sessions/" .. path end
	get = wrk.format("GET", path,
		{ ["Authorization"] = headers["Authorization"] })
end

function request()
	n = n + 1
	if kind == "get" then return get end
	if kind == "mail" then return create(true) end
	if kind == "plain" then return create(false) end
	return mix()
end

function done(summary)
	local e = summary.errors
	print(string.format("requests %d errors %d", summary.requests,
		e.connect + e.read + e.write + e.status + e.timeout))
end
