import type { Topic } from './topic.ts';

/** Threads in Polish, Greek, Russian, Japanese, Chinese and Arabic. */
export const EASTERN_TOPICS: readonly Topic[] = [
  {
    language: 'pl',
    begins: 'inside',
    subject: 'Zapytanie ofertowe: czujniki do {product}',
    encloses: { turn: 1, what: 'readings' },
    turns: [
      'Dzień dobry {you},\n\nproszę o ofertę na {quantity} czujników ciśnienia do urządzenia {product}. Termin dostawy: {days} dni, miejsce: {city}.\n\nZ poważaniem\n{me}',
      'Dzień dobry {you},\n\nw załączeniu wyniki pomiarów próbnej partii. Cena za całość to {amount} EUR. Możemy wysłać już w środę.\n\nPozdrawiam\n{me}',
      'Dziękuję, zamawiamy. Numer zamówienia: {order}.\n\n{me}',
    ],
  },
  {
    language: 'pl',
    begins: 'outside',
    subject: 'Reklamacja – łożysko w {product}',
    encloses: { turn: 0, what: 'photo' },
    turns: [
      'Dzień dobry,\n\nłożysko w urządzeniu {product} jest głośne już po tygodniu pracy. Zdjęcie w załączniku. Proszę o pilną odpowiedź.\n\n{me}, {city}',
      'Dzień dobry {you},\n\nprzepraszamy za kłopot. Nowe łożysko wysyłamy dziś, zgłoszenie {order}.\n\nPozdrawiam serdecznie\n{me}',
    ],
  },
  {
    language: 'el',
    begins: 'outside',
    subject: 'Ερώτηση για τη βαθμονόμηση του {product}',
    turns: [
      'Καλημέρα {you},\n\nπόσες ημέρες χρειάζεται η βαθμονόμηση για {quantity} όργανα {product}; Το πλοίο φεύγει από τον Πειραιά σε {days} ημέρες.\n\nΜε εκτίμηση,\n{me}',
      'Καλημέρα {you},\n\nαν μας τα στείλετε αύριο, θα είναι έτοιμα εγκαίρως. Το κόστος είναι {amount} EUR.\n\nΦιλικά,\n{me}',
      'Ευχαριστώ πολύ, τα στέλνουμε σήμερα με αριθμό {order}.\n\n{me}',
    ],
  },
  {
    language: 'el',
    begins: 'inside',
    subject: 'Πιστοποιητικό {order}',
    encloses: { turn: 0, what: 'readings' },
    turns: [
      'Αγαπητέ {you},\n\nσας στέλνω τις μετρήσεις για το {product}. Όλα είναι εντός ορίων.\n\nΜε εκτίμηση,\n{me}',
      'Ελήφθη, ευχαριστούμε.\n\n{me}',
    ],
  },
  {
    language: 'ru',
    begins: 'outside',
    subject: 'Поверка приборов {product}',
    turns: [
      'Добрый день, {you}!\n\nПросим подтвердить сроки поверки: {quantity} приборов {product}. Отправим из {city} на следующей неделе.\n\nС уважением,\n{me}',
      'Добрый день, {you}!\n\nСроки подтверждаю: {days} дней с момента получения, стоимость {amount} EUR.\n\nС уважением,\n{me}',
      'Спасибо, груз отправлен, номер накладной {order}.\n\n{me}',
    ],
  },
  {
    language: 'ru',
    begins: 'outside',
    subject: 'Вопрос по руководству к {product}',
    encloses: { turn: 0, what: 'photo' },
    turns: [
      'Здравствуйте, {you}!\n\nНа странице {days} руководства схема не совпадает с прибором. Прилагаю снимок.\n\n{me}',
      'Здравствуйте, {you}!\n\nВы правы, это ошибка. Исправленное руководство выйдет в этом месяце.\n\n{me}',
    ],
  },
  {
    language: 'ja',
    begins: 'outside',
    subject: '{product}の見積依頼',
    encloses: { turn: 1, what: 'invoice' },
    turns: [
      '{you}様\n\nいつもお世話になっております。\n{product}を{quantity}台購入したく、お見積りをお願いいたします。納入先は{city}です。\n\n{me}',
      '{you}様\n\nお問い合わせありがとうございます。\n見積書を添付いたします。合計は{amount} EUR、納期は{days}日です。\n\n{me}',
      '{you}様\n\n見積書を確認しました。注文番号{order}で発注いたします。\nよろしくお願いいたします。\n\n{me}',
    ],
  },
  {
    language: 'ja',
    begins: 'outside',
    subject: '校正証明書の再発行について',
    turns: [
      '{you}様\n\n{product}の校正証明書を紛失してしまいました。再発行をお願いできますでしょうか。管理番号は{order}です。\n\n{me}',
      '{you}様\n\n承知いたしました。本日中に再発行して郵送いたします。\n\n{me}',
    ],
  },
  {
    language: 'zh',
    begins: 'outside',
    subject: '询价：{product} {quantity} 台',
    encloses: { turn: 1, what: 'invoice' },
    turns: [
      '{you}，您好！\n\n我们需要 {quantity} 台 {product}，请报价并告知交货期。收货地点：{city}。\n\n此致\n{me}',
      '{you}，您好！\n\n报价单见附件，总价 {amount} EUR，交货期 {days} 天。\n\n祝好\n{me}',
      '价格可以接受，订单号为 {order}，请安排发货。谢谢！\n\n{me}',
    ],
  },
  {
    language: 'zh',
    begins: 'outside',
    subject: '关于 {product} 的技术问题',
    turns: [
      '您好！\n\n{product} 在低温下读数偏高约百分之二，请问需要重新校准吗？\n\n{me}',
      '您好！\n\n建议先升级固件，如仍有偏差请寄回检测，编号 {order}。\n\n{me}',
    ],
  },
  {
    language: 'ar',
    begins: 'outside',
    subject: 'طلب عرض سعر لأجهزة {product}',
    encloses: { turn: 1, what: 'invoice' },
    turns: [
      'السيد {you} المحترم،\n\nنرجو إرسال عرض سعر لعدد {quantity} من أجهزة {product} مع مدة التسليم إلى {city}.\n\nمع خالص التحية،\n{me}',
      'تحية طيبة {you}،\n\nتجدون العرض في المرفق. السعر الإجمالي {amount} EUR ومدة التسليم {days} يوما.\n\nمع التقدير،\n{me}',
      'شكرا جزيلا، نؤكد الطلب رقم {order}.\n\n{me}',
    ],
  },
];
