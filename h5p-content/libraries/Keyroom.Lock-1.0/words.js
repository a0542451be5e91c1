/** What a lock says. */
(function () {
  'use strict'
  window.Keyroom.Core.addWords({
    en: {
      openLock: 'Try it', lockOpen: 'It opens.', lockShut: 'It stays shut. Try again, it costs nothing but a moment.', enterFirst: 'Put something in first.',
      lockWords: 'What opens it', lockDigits: 'Dials', lockOrder: 'Put them in order', lockDirections: 'Directions', lockColours: 'Colours', hint: 'Hint',
      digit: 'Digit {n} of {count}', digitUp: 'Digit {n}: one up', digitDown: 'Digit {n}: one down',
      earlier: 'Move “{thing}” earlier', later: 'Move “{thing}” later', placed: '{thing}: place {n} of {count}', orderHow: 'Move each with its arrows, or drag it by its handle.',
      chosen: 'Put in so far', noneYet: 'Nothing yet', eraseLast: 'Take the last away', eraseAll: 'Clear', sequenceNow: '{thing}. So far: {n}', sequenceErased: 'Taken away. So far: {n}', arrowsToo: 'The arrow keys work too; Backspace takes the last away.',
      up: 'Up', down: 'Down', left: 'Left', right_: 'Right', red: 'Red circle', blue: 'Blue square', green: 'Green triangle', yellow: 'Yellow star', purple: 'Purple diamond', orange: 'Orange hexagon',
      cluesFound: 'Clues found so far', noClues: 'No clues found yet. They come from solving clues in this course.', insertClue: '{fragment} {title}: put it in',
    },
    'zh-CN': {
      openLock: '试一试', lockOpen: '打开了。', lockShut: '还锁着。再试试，只花一点时间。', enterFirst: '请先输入内容。',
      lockWords: '开锁的内容', lockDigits: '拨盘', lockOrder: '按顺序排列', lockDirections: '方向', lockColours: '颜色', hint: '提示',
      digit: '第 {n} 位，共 {count} 位', digitUp: '第 {n} 位：加一', digitDown: '第 {n} 位：减一',
      earlier: '将“{thing}”前移', later: '将“{thing}”后移', placed: '{thing}：第 {n} 位，共 {count} 位', orderHow: '用箭头移动每一项，或拖动手柄。',
      chosen: '目前的输入', noneYet: '还没有', eraseLast: '删除最后一个', eraseAll: '清空', sequenceNow: '{thing}。目前 {n} 个', sequenceErased: '已删除。目前 {n} 个', arrowsToo: '也可以使用方向键；退格键删除最后一个。',
      up: '上', down: '下', left: '左', right_: '右', red: '红色圆形', blue: '蓝色方形', green: '绿色三角形', yellow: '黄色星形', purple: '紫色菱形', orange: '橙色六边形',
      cluesFound: '已找到的线索', noClues: '还没有找到线索。解开本课程中的线索即可获得。', insertClue: '{fragment} {title}：放入',
    },
    ar: {
      openLock: 'جرّب', lockOpen: 'انفتح.', lockShut: 'ما زال مغلقًا. حاول مجددًا، فلن يكلّفك سوى لحظة.', enterFirst: 'أدخل شيئًا أولًا.',
      lockWords: 'ما يفتحه', lockDigits: 'الأقراص', lockOrder: 'رتّبها', lockDirections: 'الاتجاهات', lockColours: 'الألوان', hint: 'تلميح',
      digit: 'الرقم {n} من {count}', digitUp: 'الرقم {n}: زيادة واحد', digitDown: 'الرقم {n}: إنقاص واحد',
      earlier: 'قدّم «{thing}»', later: 'أخّر «{thing}»', placed: '{thing}: الموضع {n} من {count}', orderHow: 'حرّك كل عنصر بأسهمه، أو اسحبه من مقبضه.',
      chosen: 'ما أُدخل حتى الآن', noneYet: 'لا شيء بعد', eraseLast: 'احذف الأخير', eraseAll: 'امسح الكل', sequenceNow: '{thing}. حتى الآن: {n}', sequenceErased: 'حُذف. حتى الآن: {n}', arrowsToo: 'تعمل مفاتيح الأسهم أيضًا، ومفتاح الرجوع يحذف الأخير.',
      up: 'أعلى', down: 'أسفل', left: 'يسار', right_: 'يمين', red: 'دائرة حمراء', blue: 'مربع أزرق', green: 'مثلث أخضر', yellow: 'نجمة صفراء', purple: 'معيّن بنفسجي', orange: 'مسدّس برتقالي',
      cluesFound: 'الأدلة التي وُجدت', noClues: 'لم يُعثر على أدلة بعد. تأتي من حل الأدلة في هذا المقرر.', insertClue: '{fragment} {title}: أدخله',
    },
  })
})()
