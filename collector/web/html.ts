/** The page's skeleton. Its modules (page/main.ts and those it imports) fill it in; every id here is one that they ask for. */

const HOP_HEADS = `<tr><td></td><td class="count"></td><th colspan="3" scope="colgroup">last second</th><th colspan="3" scope="colgroup" class="tens" id="window-head">last 10 s</th><td class="plot"></td></tr>
<tr><th scope="col">hop</th><th scope="col" class="number count">count</th><th scope="col" class="number">p50</th><th scope="col" class="number">p99</th><th scope="col" class="number">p99.9</th>
<th scope="col" class="number tens">p50</th><th scope="col" class="number tens">p99</th><th scope="col" class="number tens">p99.9</th>
<th scope="col" class="plot">p50 ▬ p99 │ p99.9, log <span id="hop-scale"></span></th></tr>`;

function chart(id: string, title: string, note: string): string {
  return `<figure id="${id}"><figcaption>${title} <span class="quiet">${note}</span></figcaption><ul class="legend"></ul><div class="plot" role="img" aria-label="${title}"></div></figure>`;
}

export const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Hopscope · live</title>
<link rel="icon" type="image/svg+xml" href="/assets/icon.svg">
<link rel="stylesheet" href="/assets/uplot.css">
<link rel="stylesheet" href="/assets/page.css">
<script src="/assets/uplot.js" defer></script>
<script src="/assets/main.js" type="module"></script>
</head>
<body class="waiting">
<header id="top">
<p class="maker">Hopscope · live</p>
<p id="connection" role="status"><span class="dot" aria-hidden="true"></span><span id="connection-text">connecting</span></p>
<p id="clock" class="clock" aria-hidden="true"></p>
</header>
<noscript><p>This page draws what it is told once a second, which takes JavaScript; the same figures stand under <a href="/metrics">/metrics</a>.</p></noscript>
<nav id="engines" aria-label="Engines" hidden></nav>
<main>
<p id="nothing">No engine is observed yet. Start one with <code>hopscope run</code>; it appears here by itself.</p>
<div id="engine">
<div id="title">
<div><h1><span id="experiment"></span> <span id="variant"></span></h1><ul id="facts"></ul></div>
<div id="actions"><button type="button" id="abort">Stop run</button><button type="button" id="kill" class="grave">Kill switch</button></div>
</div>
<section id="alerts" aria-label="Alerts"><ul id="active-alerts"></ul></section>
<p id="alert-said" class="sr" aria-live="assertive"></p>
<dl id="gauges"></dl>
<div id="charts">
${chart('throughput', 'Throughput', 'per second, 2 minutes')}
${chart('round-trip', 'tick_to_ack', 'service time by second, 2 minutes')}
${chart('curve', 'Percentile curve', 'last 10 s')}
</div>
<div id="below">
<section id="hops" aria-labelledby="hops-title"><h2 id="hops-title">Every hop</h2>
<p class="note">Time since the hop before; upper edges of buckets, at most 1/32 too high. Choose a row to see its curve.</p>
<table class="hops"><thead>${HOP_HEADS}</thead><tbody id="hop-rows"></tbody><tbody id="span-rows" class="spans"></tbody></table></section>
<div id="beside">
<section id="losses" aria-labelledby="losses-title"><h2 id="losses-title">Losses</h2><p id="losses-verdict" class="verdict-line"></p>
<table><thead><tr><th scope="col">counter</th><th scope="col" class="number">last 10 s</th><th scope="col" class="number">in all</th></tr></thead><tbody id="loss-rows"></tbody></table></section>
<section id="stalls" aria-labelledby="stalls-title"><h2 id="stalls-title">Stalls</h2><p id="stalls-none" class="quiet"></p>
<table><thead><tr><th scope="col">cause</th><th scope="col" class="number">per s</th><th scope="col" class="number">of time</th><th scope="col" class="number">in all</th></tr></thead><tbody id="stall-rows"></tbody></table></section>
</div>
</div>
<section id="log" aria-labelledby="log-title"><h2 id="log-title">What alerts did</h2><p id="log-none" class="quiet">No alert has changed its state.</p>
<div class="scroll" tabindex="0" role="region" aria-labelledby="log-title"><table><thead><tr><th scope="col">at (UTC)</th><th scope="col">alert</th><th scope="col">became</th><th scope="col" class="number">value</th><th scope="col">when</th><th scope="col">why</th></tr></thead><tbody id="log-rows"></tbody></table></div></section>
</div>
</main>
<dialog id="ask" aria-labelledby="ask-title">
<form id="ask-form" method="dialog">
<h2 id="ask-title"></h2><p id="ask-text"></p>
<label for="token">Token</label><input id="token" type="password" autocomplete="off" spellcheck="false" required>
<p class="note">It stands in the file that <code>hopscope serve</code> named at its start.</p>
<p id="ask-answer" role="alert"></p>
<div class="buttons"><button type="button" id="ask-cancel">Cancel</button><button type="submit" id="ask-confirm"></button></div>
</form>
</dialog>
</body>
</html>
`;

/** Three hops and the path between them. */
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="#1d5b9e"/>
<path d="M5 21c4-14 7-14 11 0s7 2 11-7" fill="none" stroke="#fcfbf8" stroke-width="2.6" stroke-linecap="round"/><circle cx="27" cy="14" r="2.6" fill="#f0935a"/></svg>
`;
