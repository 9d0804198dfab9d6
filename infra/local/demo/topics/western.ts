import type { Topic } from './topic.ts';

/** Threads in German, English, French and Spanish. */
export const WESTERN_TOPICS: readonly Topic[] = [
  {
    language: 'de',
    begins: 'outside',
    subject: 'Anfrage: {quantity} Stück {product}',
    encloses: { turn: 1, what: 'invoice' },
    turns: [
      'Guten Tag {you},\n\nwir benötigen für die Prüfstände in {city} {quantity} Stück {product}. Bitte senden Sie uns ein Angebot mit Lieferzeit.\n\nMit freundlichen Grüßen\n{me}',
      'Guten Tag {you},\n\nanbei unser Angebot über {amount} EUR, gültig bis Monatsende. Die Lieferzeit beträgt {days} Tage.\n\nFreundliche Grüße\n{me}',
      'Hallo {you},\n\ndas passt für uns. Bestellnummer {order}, Lieferung bitte direkt nach {city}.\n\nViele Grüße\n{me}',
    ],
  },
  {
    language: 'de',
    begins: 'outside',
    subject: 'Störung am {product} – Anzeige springt',
    encloses: { turn: 0, what: 'photo' },
    turns: [
      'Hallo {you},\n\nseit gestern springt die Anzeige unseres {product} zwischen zwei Werten. Ein Foto hängt an. Können Sie sich das übermorgen ansehen?\n\nGrüße aus {city}\n{me}',
      'Hallo {you},\n\ndas sieht nach einem Kontaktproblem am Fühler aus. Wir schicken Ihnen ein Ersatzgerät, Vorgang {order}.\n\nViele Grüße\n{me}',
      'Danke, das Ersatzgerät läuft. Das defekte Gerät geht heute zurück.\n\n{me}',
    ],
  },
  {
    language: 'de',
    begins: 'inside',
    internal: true,
    subject: 'Jour fixe: Fertigung {product}',
    encloses: { turn: 0, what: 'invitation' },
    turns: [
      'Liebe Kolleginnen und Kollegen,\n\nam Donnerstag sprechen wir über die Fertigung des {product}: Stückzahlen, Prüfmittel, Urlaubsvertretung. Die Einladung hängt an.\n\n{me}',
      'Ich bin dabei, komme aber zehn Minuten später.\n\n{me}',
    ],
  },
  {
    language: 'de',
    begins: 'inside',
    subject: 'Rechnung {order}',
    encloses: { turn: 0, what: 'invoice' },
    turns: [
      'Guten Tag {you},\n\nanbei die Rechnung {order} über {amount} EUR, zahlbar innerhalb von 30 Tagen ohne Abzug.\n\nMit freundlichen Grüßen\n{me}',
      'Guten Tag {you},\n\ndie Rechnung ist geprüft und zur Zahlung angewiesen. Bitte künftig unsere Kostenstelle 4711 angeben.\n\nFreundliche Grüße\n{me}',
    ],
  },
  {
    language: 'en',
    begins: 'outside',
    subject: 'Calibration of {quantity} x {product}',
    encloses: { turn: 3, what: 'readings' },
    turns: [
      'Hi {you},\n\nour {quantity} {product} units are due for calibration next month. Could you take them in batches, so that {city} is never without one?\n\nBest regards,\n{me}',
      'Hello {you},\n\nyes, two batches work well. Please quote {order} on the parcels. Turnaround is {days} working days.\n\nKind regards,\n{me}',
      'Hi {you},\n\nthe first batch is on its way to you, {order} is on the parcels.\n\nBest regards,\n{me}',
      'Hello {you},\n\nthe first batch is done; all of them are within limits. The readings are attached, certificates follow by post.\n\nKind regards,\n{me}',
    ],
  },
  {
    language: 'en',
    begins: 'outside',
    subject: 'Purchase order {order}',
    turns: [
      'Dear {you},\n\nplease accept our order {order} for {quantity} {product} at {amount} EUR in total, delivered to {city}.\n\nRegards,\n{me}',
      'Dear {you},\n\nthank you for the order. We ship in {days} days and will send the tracking number then.\n\nKind regards,\n{me}',
    ],
  },
  {
    language: 'en',
    begins: 'inside',
    internal: true,
    subject: 'Firmware 4.{days} for the {product}',
    encloses: { turn: 0, what: 'archive' },
    turns: [
      'All,\n\nfirmware 4.{days} fixes the drift below 5 degrees that {city} reported. Release notes and image are in the archive attached. Please test before Friday.\n\n{me}',
      'Tested on three units, no drift any more. One thing: the menu still says 4.0.\n\n{me}',
      'Thanks, the menu text is corrected in the final build.\n\n{me}',
    ],
  },
  {
    language: 'en',
    begins: 'inside',
    subject: 'Visit to {city} next week',
    encloses: { turn: 0, what: 'invitation' },
    turns: [
      'Hi {you},\n\nI will be in {city} next week and would like to look at the {product} installation with you. An invitation is attached; tell me if the hour does not suit you.\n\nBest,\n{me}',
      'The hour is fine. Please bring safety shoes.\n\n{me}',
    ],
  },
  {
    language: 'fr',
    begins: 'outside',
    subject: 'Réclamation : {product} livré incomplet',
    encloses: { turn: 0, what: 'photo' },
    turns: [
      'Bonjour {you},\n\nle {product} reçu hier à {city} est arrivé sans son étui ni le certificat d’étalonnage. Vous trouverez une photo ci-dessous. Pouvez-vous compléter la livraison ?\n\nCordialement,\n{me}',
      'Bonjour {you},\n\nnous sommes désolés de cet oubli. L’étui et le certificat partent aujourd’hui sous la référence {order}.\n\nBien à vous,\n{me}',
      'Bien reçu, merci pour votre réactivité.\n\n{me}',
    ],
  },
  {
    language: 'fr',
    begins: 'inside',
    subject: 'Devis {order} – étalonnage annuel',
    encloses: { turn: 0, what: 'invoice' },
    turns: [
      'Bonjour {you},\n\nveuillez trouver ci-joint notre devis pour l’étalonnage annuel de {quantity} {product}, soit {amount} EUR hors taxes.\n\nCordialement,\n{me}',
      'Bonjour {you},\n\nle devis est accepté. À bientôt à {city} !\n\n{me}',
    ],
  },
  {
    language: 'fr',
    begins: 'inside',
    internal: true,
    subject: 'Audit qualité : points à préparer',
    turns: [
      'Bonjour à tous,\n\nl’audit aura lieu dans {days} jours. Merci de préparer les fiches d’étalonnage du {product} et la liste des fournisseurs.\n\n{me}',
      'C’est noté, les fiches seront prêtes à temps.\n\n{me}',
    ],
  },
  {
    language: 'es',
    begins: 'outside',
    subject: '¿Plazo de entrega del {product}?',
    turns: [
      'Buenos días, {you}:\n\n¿Qué plazo tendrían para {quantity} unidades del {product}? El montaje en {city} empieza el mes que viene.\n\nUn saludo,\n{me}',
      'Hola, {you}:\n\nPodemos entregar en {days} días. El precio sería de {amount} EUR con portes incluidos.\n\nSaludos cordiales,\n{me}',
      'Perfecto. Mañana les envío el pedido {order}.\n\n{me}',
    ],
  },
  {
    language: 'es',
    begins: 'inside',
    subject: 'Factura {order}',
    encloses: { turn: 0, what: 'invoice' },
    turns: [
      'Estimado {you}:\n\nAdjunto la factura {order} por un importe de {amount} EUR. El año próximo cambiará nuestro número de cuenta; les avisaremos.\n\nAtentamente,\n{me}',
      'Recibida, gracias. La pagaremos a fin de mes.\n\n{me}',
    ],
  },
];
