// Gradio ends its stream of answers once the server has nothing left to say, and takes a question joined in that
// moment for one that the ended stream will answer: it waits for ever. Here an end is not passed on while a joined
// question has no answer yet: the stream is asked for again, and what comes goes into the one gradio reads.
(() => {
  const fetchOnce = window.fetch.bind(window);
  const unanswered = new Set();
  const leadsTo = (request, end) => new URL(request.url ?? request, document.baseURI).pathname.endsWith(end);

  async function join(request, options) {
    const response = await fetchOnce(request, options);
    const { event_id: joined } = await response.clone().json().catch(() => ({}));
    if (joined) unanswered.add(joined);
    return response;
  }

  async function* messages(body) {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const whole = (rest + part.value).split('\n\n');
      rest = whole.pop();
      yield* whole;
    }
  }

  // Pass a stream on; true where it ended before all that was joined had its answer.
  async function passOn(body, pass) {
    for await (const message of messages(body)) {
      const { msg, event_id: answered } = message.startsWith('data: ') ? JSON.parse(message.slice(6)) : {};
      if (msg === 'process_completed') unanswered.delete(answered);
      if (msg === 'unexpected_error') unanswered.clear();
      if (msg === 'close_stream' && unanswered.size) return true;
      pass(`${message}\n\n`);
    }
    return false;
  }

  async function follow(request) {
    const again = () => fetchOnce(request.clone());
    const first = await again();
    if (!first.ok) return first;
    const encoder = new TextEncoder();
    const body = new ReadableStream({
      async start(stream) {
        const pass = (text) => stream.enqueue(encoder.encode(text));
        try {
          for (let { body: part } = first; await passOn(part, pass);) part = (await again()).body;
          stream.close();
        } catch (lost) {
          unanswered.clear();  // gradio tells each of them that the connection broke
          throw lost;
        }
      },
    });
    return new Response(body, { headers: first.headers });
  }

  window.fetch = (request, options) => {
    if (leadsTo(request, '/queue/join')) return join(request, options);
    if (leadsTo(request, '/queue/data')) return follow(new Request(request, options));
    return fetchOnce(request, options);
  };
})();
