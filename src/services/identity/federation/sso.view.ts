/** A page that brings the token to the dashboard by itself; without scripts by a button. */
export function page(origin: string, token: string): string {
  return `<!DOCTYPE html>
<html>
  <head><title>Logging in</title></head>
  <body>
    <form id="sso" name="sso" action="${quoted(origin)}" method="post">
      <input type="hidden" name="token" id="token" value="${quoted(token)}">
      <noscript><button type="submit">Go on to the dashboard</button></noscript>
    </form>
    <script>document.forms["sso"].submit();</script>
  </body>
</html>
`;
}

function quoted(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
