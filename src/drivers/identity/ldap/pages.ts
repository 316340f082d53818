import { type Client, type Message, PagedResultsControl, SearchRequest, SearchResponse } from "ldapts";

/** ldapts takes a page without entries for the last one; Active Directory sends such in the midst of others, with a cookie. */
export function throughEmptyPages(client: Client): void {
  const inner = client as unknown as { _send(it: Message): Promise<Message>; _nextMessageId(): number };
  const send = inner._send.bind(client);
  inner._send = async (request) => {
    let answer = await send(request);
    for (let cookie = onward(answer); cookie && request instanceof SearchRequest; cookie = onward(answer)) {
      const control = paging(request);
      if (!control?.value) break;
      control.value.cookie = cookie;
      request.messageId = inner._nextMessageId();
      answer = await send(request);
    }
    return answer;
  };
}

/** Where it goes on after a page with nothing on it. */
function onward(answer: Message): Buffer | undefined {
  if (!(answer instanceof SearchResponse) || answer.searchEntries.length + answer.searchReferences.length > 0) return;
  const cookie = paging(answer)?.value?.cookie;
  return cookie?.length ? cookie : undefined;
}

function paging({ controls }: Message): PagedResultsControl | undefined {
  return controls?.find((it) => it instanceof PagedResultsControl);
}
