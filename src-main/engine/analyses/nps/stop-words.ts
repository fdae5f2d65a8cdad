/** Words too common to say what a comment is about: English and German, folded. */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  (
    'a about after again all also always am an and any are as at be because been before being both but by can could did do does ' +
    "don't doesn't didn't done during each even ever every few for from get gets got had has have having he her here hers him his how i " +
    "i'd i'll i'm i've if in into is isn't it it's its just like made make many may me more most much my never no not now of off on " +
    'once one only or other our out over own per quite really same she should since so some still such than that the their them then ' +
    "there these they this those through to too two under until up us very was wasn't we we're were what when where which while who " +
    'why will with without would yet you your yours nothing something everything thing things bit lot ' +
    'aber alle allem allen aller alles als also am an andere anderen auch auf aus bei beim bin bis bist da dabei damit dann das dass ' +
    'dein dem den denn der des die dies diese diesem diesen dieser dieses doch dort du durch ein eine einem einen einer eines er es etwas ' +
    'euch fur gegen hab habe haben hat hatte hatten ich ihm ihn ihr ihre ihrem ihren im immer in ins ist ja jede jedem jeden jeder jetzt ' +
    'kann kein keine keinen konnen man mehr mein meine meinem meinen mich mir mit muss nach nicht nichts noch nun nur ob oder ohne schon ' +
    'sehr sein seine seinem seinen seit sich sie sind so sonst sowie uber um und uns unser unsere unserem unter vom von vor war waren was ' +
    'weil wenn wer werden wie wieder wir wird wo wurde wurden zu zum zur zwar zwischen'
  ).split(' '),
);
