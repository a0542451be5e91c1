/** What a reflection says. */
(function () {
  'use strict'
  window.Keyroom.Core.addWords({
    en: {
      onlyYou: 'Only you can read this. It is kept for you, and stays out of the course’s record.', onlyYouHere: 'This is for you. Nobody else is sent it.', instructorToo: 'Your instructor can read this.', keepIt: 'Done', kept: 'Written. You can go on writing whenever you like.', keptShared: 'Written and sent.',
      writeMore: 'Write a little more first: {min} words at least.', copyText: 'Copy my text', copied: 'Copied.', notCopied: 'It couldn’t be copied. Select the text and copy it by hand.', saveText: 'Save as a file', myReflection: 'My reflection', draftKept: 'What you write is kept as you go.',
    },
    'zh-CN': {
      onlyYou: '只有您能看到。内容为您保存，不会写入课程记录。', onlyYouHere: '这是写给您自己的，不会发给别人。', instructorToo: '您的教师可以看到。', keepIt: '完成', kept: '已写下。您可以随时继续写。', keptShared: '已写下并提交。',
      writeMore: '请再写一点：至少 {min} 字。', copyText: '复制我的文字', copied: '已复制。', notCopied: '无法复制。请选中文字后手动复制。', saveText: '保存为文件', myReflection: '我的反思', draftKept: '您写的内容会自动保存。',
    },
    ar: {
      onlyYou: 'أنت وحدك تقرأ هذا. يُحفظ لك ولا يدخل سجل المقرر.', onlyYouHere: 'هذا لك، ولا يُرسل إلى أحد.', instructorToo: 'يمكن لمدرّسك قراءة هذا.', keepIt: 'تم', kept: 'كُتب. يمكنك متابعة الكتابة متى شئت.', keptShared: 'كُتب وأُرسل.',
      writeMore: 'اكتب قليلًا بعد: {min} كلمة على الأقل.', copyText: 'انسخ نصّي', copied: 'نُسخ.', notCopied: 'تعذّر النسخ. حدّد النص وانسخه بنفسك.', saveText: 'احفظ في ملف', myReflection: 'تأمّلي', draftKept: 'يُحفظ ما تكتبه أولًا بأول.',
    },
  })
})()
