// Run in the judge's page: what is not handed in as its judge would carry it to the organiser, by the text to copy or by
// the codes, read from the screen and put together with the organiser's own reader. Null where all is handed in.
async ({codes}) => {
  const pause = () => new Promise((done) => setTimeout(done, 4));
  const until = async (found) => {
    for (const giveUp = Date.now() + 10000; Date.now() < giveUp; ) {
      const it = found();
      if (it) return it;
      await pause();
    }
    return null;
  };
  const button = (words) => [...document.querySelectorAll("button")].find((one) => (one.getAttribute("aria-label") || one.textContent).includes(words));
  if (!document.querySelector(".stops")) history.back();
  await until(() => document.querySelector(".stops"));
  document.querySelector(".morebutton").click();
  await until(() => document.querySelector("main.more"));
  const way = button(codes ? "显示成二维码" : "显示成文字");
  if (!way) return null;
  way.click();
  if (!codes) {
    const field = await until(() => document.querySelector("textarea.rescue"));
    return field && field.value;
  }
  const canvas = await until(() => document.querySelector("main.codes canvas"));
  if (!canvas) return null;
  const [{Gathered}, {decodeQR}] = await Promise.all([import("/static/js/judge/later/framing.js"), import("/static/vendor/qr/decode.js")]);
  const gathered = new Gathered();
  for (let looks = 0; looks < 200; looks++) {
    try {
      await gathered.take(decodeQR(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)));
    } catch {
      // no code yet
    }
    const file = await gathered.file();
    if (file) return file;
    button("下一张").click();
    await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
  }
  throw new Error(`codes not read: ${gathered.missing}`);
}
