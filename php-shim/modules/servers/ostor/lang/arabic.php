<?php

/**
 * What customers read, in Arabic. Without words that change with a number.
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

return [
    // Figures
    'client_language_code' => 'ar',
    'client_decimal_point' => '.',
    'client_thousands_separator' => ',',
    'client_not_known' => 'غير معروف',
    'client_figure' => '{value} {unit}',
    'client_unit_hours' => '{unit}·h',

    // Pages
    'client_title' => 'تخزين الكائنات',
    'client_pages' => 'صفحات تخزين الكائنات',
    'client_page_overview' => 'نظرة عامة',
    'client_page_keys' => 'مفاتيح الوصول',
    'client_page_connect' => 'ربط تطبيق',
    'client_page_usage' => 'الاستخدام حسب الحاوية',
    'client_action_keys' => 'مفاتيح وصول S3',
    'client_back' => 'رجوع',
    'client_copy' => 'نسخ',
    'client_copied' => 'تم النسخ',

    // State
    'client_state' => 'الحالة',
    'client_state_active' => 'نشطة',
    'client_state_active_text' => 'الخدمة جاهزة للاستخدام.',
    'client_state_pending' => 'لم تُنشأ بعد',
    'client_state_pending_text' => 'تُجهَّز مساحة التخزين بعد السداد. يُرجى العودة إلى هذه الصفحة بعد بضع دقائق.',
    'client_state_suspended' => 'معلّقة',
    'client_state_suspended_text' => 'الوصول موقوف حاليًا. بياناتكم محفوظة.',
    'client_state_suspended_reason_text' => "الوصول موقوف حاليًا. بياناتكم محفوظة. السبب: {reason}",
    'client_state_deleting' => 'قيد الحذف',
    'client_state_deleting_text' => 'أُلغيت الخدمة، ويجري حذف البيانات.',
    'client_state_retained' => 'ملغاة',
    'client_state_retained_text' => "أُلغيت الخدمة. تُحفظ البيانات حتى {time} ثم تُحذف.",
    'client_state_ended' => 'منتهية',
    'client_state_ended_text' => 'أُغلقت مساحة التخزين هذه ولم يعد بالإمكان استخدامها.',

    // Connection
    'client_connection' => 'الاتصال',
    'client_endpoint' => 'نقطة النهاية (Endpoint)',
    'client_region' => 'المنطقة (Region)',
    'client_key_id' => 'معرّف مفتاح الوصول',
    'client_secret_key' => 'مفتاح الوصول السري',
    'client_show_secret' => 'إظهار المفتاح السري',
    'client_path_style' => 'يجب استخدام عناوين من نمط المسار (path-style): يأتي اسم الحاوية بعد نقطة النهاية.',

    // Usage
    'client_storage' => 'التخزين ونقل البيانات',
    'client_storage_used' => "المستخدم: {used}",
    'client_storage_used_unlimited' => "المستخدم: {used}، دون حد أقصى",
    'client_storage_used_of' => "المستخدم: {used} من {quota}"
        . " ({percent}%)",
    'client_storage_not_known' => 'حجم المساحة المستخدمة غير معروف حاليًا.',
    'client_storage_not_known_of' => "حجم المساحة المستخدمة من أصل {quota} غير معروف حاليًا.",
    'client_storage_full' => "أوشكت المساحة على الامتلاء: النسبة المستخدمة {percent}%. عند امتلائها"
        . " يتعذّر رفع الملفات.",
    'client_storage_at' => "بيانات التخزين حتى {time}.",
    'client_month' => 'هذا الشهر',
    'client_downloaded' => 'التنزيل',
    'client_uploaded' => 'الرفع',
    'client_requests_put' => 'طلبات PUT',
    'client_requests_get' => 'طلبات GET',
    'client_requests_list' => 'طلبات LIST',
    'client_requests_other' => 'طلبات أخرى',
    'client_history' => 'سجل الاستخدام',
    'client_chart_days_stored' => 'المساحة المستخدمة، آخر 30 يومًا',
    'client_chart_days_downloaded' => 'التنزيل، آخر 30 يومًا',
    'client_chart_months_stored' => 'المساحة المستخدمة، آخر 12 شهرًا',
    'client_chart_months_downloaded' => 'التنزيل، آخر 12 شهرًا',
    'client_as_table' => 'عرض كجدول',
    'client_date' => 'التاريخ',
    'client_column_stored' => 'المساحة المستخدمة',
    'client_column_downloaded' => 'التنزيل',
    'client_buckets' => 'الحاويات (Buckets)',
    'client_bucket' => 'الحاوية (Bucket)',
    'client_size' => 'الحجم',
    'client_created' => 'تاريخ الإنشاء',
    'client_buckets_none' => 'لا توجد حاويات بعد.',
    'client_buckets_more' => 'الحاويات الأكبر، المعروض: {shown} من {total}.',
    'client_known_until' => "بيانات الاستخدام متوفرة حتى {time}.",
    'client_known_until_not' => 'لا تزال بيانات الاستخدام قيد الجمع وقد تكون غير مكتملة.',
    'client_remark_stored' => 'البيانات الحالية غير متاحة الآن. تُعرض آخر القيم المحفوظة.',
    'client_remark_not_live' => 'نظام التخزين لا يستجيب الآن. لا يمكن عرض المفاتيح أو تغييرها، والقيم المعروضة هي آخر'
        . ' ما هو معروف.',

    // Next invoice
    'client_invoice' => 'الفاتورة القادمة (حتى الآن)',
    'client_invoice_text' => 'الكميات المحتسبة حتى الآن، بما فيها استخدام الأشهر السابقة الذي لم تصدر به فاتورة بعد.'
        . ' تصدر الفاتورة بناءً على القيم النهائية.',
    'client_invoice_what' => 'البند',
    'client_invoice_so_far' => 'حتى الآن',
    'client_invoice_included' => 'المشمول في السعر',
    'client_invoice_price' => 'السعر',

    // Keys
    'client_keys' => 'مفاتيح الوصول',
    'client_keys_text' => 'يحتاج كل تطبيق إلى معرّف مفتاح الوصول والمفتاح السري. يمكن أن يوجد زوجان من المفاتيح في'
        . ' الوقت نفسه. لتغيير المفاتيح دون انقطاع: يُنشأ زوج جديد ويُدخل في التطبيقات، ثم يُبطَل الزوج القديم.',
    'client_key_current' => 'حالي',
    'client_key_old' => 'قديم',
    'client_new_pair' => 'إنشاء زوج جديد',
    'client_revoke' => 'إبطال…',
    'client_keys_not_known' => 'معلومات المفاتيح غير متاحة الآن.',
    'client_key_unknown' => 'هذا المفتاح غير موجود أو سبق إبطاله.',
    'client_new_keys' => 'يُرجى حفظ المفتاح السري في مكان آمن: كل من يملكه يستطيع قراءة بياناتكم وحذفها.',
    'client_sub_accounts' => 'الحسابات الفرعية',
    'client_sub_account' => 'الحساب الفرعي',
    'client_sub_accounts_text' => 'للحساب الفرعي مفاتيحه الخاصة، ويستخدم مساحة التخزين نفسها. يُنصح بحساب مستقل لكل'
        . ' تطبيق أو شخص.',
    'client_sub_accounts_none' => 'لا يتضمن منتجكم حسابات فرعية.',
    'client_sub_accounts_any' => 'الحسابات الفرعية: {count}.',
    'client_sub_accounts_of' => 'الحسابات الفرعية: {count} من {most}.',
    'client_sub_name' => 'اسم الحساب الفرعي الجديد',
    'client_sub_name_rule' => 'أحرف لاتينية (a–z وA–Z) وأرقام ونقطة وشرطة وشرطة سفلية؛ يبدأ الاسم بحرف أو رقم؛ بحد'
        . ' أقصى 64 رمزًا.',
    'client_sub_create' => 'إنشاء حساب فرعي',
    'client_sub_delete' => 'حذف الحساب الفرعي…',
    'client_ask_revoke' => 'هل تريدون إبطال المفتاح {key}؟',
    'client_ask_revoke_consequence' => 'ستفقد التطبيقات التي تستخدمه إمكانية الوصول فورًا. لا يمكن التراجع عن ذلك.',
    'client_ask_delete' => "هل تريدون حذف الحساب الفرعي {name}؟",
    'client_ask_delete_consequence' => 'ستتوقف مفاتيحه عن العمل فورًا. تبقى بياناتكم. لا يمكن التراجع عن ذلك.',
    'client_button_revoke' => 'إبطال المفتاح',
    'client_button_delete' => 'حذف الحساب الفرعي',
    'client_done_rotated' => 'أصبح المفتاح الجديد {key} يعمل. يستمر المفتاح القديم في العمل حتى إبطاله.',
    'client_done_revoked' => 'لم يعد المفتاح {key} يعمل.',
    'client_done_shown' => 'المفاتيح السرية معروضة أدناه، في هذه الصفحة فقط.',
    'client_done_created' => "تم إنشاء الحساب الفرعي {name}.",
    'client_done_deleted' => "تم حذف الحساب الفرعي {name}.",

    // Settings of apps
    'client_connect' => 'ربط تطبيق',
    'client_connect_text' => "يُرجى نسخ الإعدادات الخاصة بتطبيقكم ووضع المفتاح السري مكان {place}.",
    'client_connect_none' => 'لا يمكن عرض الإعدادات الآن.',

    // Usage by bucket
    'client_usage' => 'الاستخدام حسب الحاوية',
    'client_usage_month' => 'الشهر',
    'client_usage_show' => 'عرض',
    'client_usage_download' => 'تنزيل بصيغة CSV',
    'client_usage_none' => 'لا يوجد استخدام في هذا الشهر.',
    'client_usage_not_known' => 'لا توجد بيانات عن هذا الشهر.',
    'client_usage_days' => "{bucket}: الاستخدام حسب اليوم",
    'client_requests' => 'الطلبات',
    'client_stored_hours' => 'الحجم × الزمن',
    'client_no_bucket' => '(طلبات دون حاوية)',
    'client_computed' => 'طريقة الحساب',
    'client_computed_unit' => "كل 1 {unit} يساوي {gigabyte} B.",
    'client_computed_storage' => "يُقاس التخزين بالحجم × الزمن، وهو في هذا الشهر: {stored}. وبقسمته"
        . " على عدد ساعات الشهر كاملًا ({hours}) يكون المتوسط {average} {unit}.",
    'client_computed_traffic' => "يُحسب التنزيل بعدد بايتات ملفاتكم: {bytes} B تساوي"
        . " {downloaded} {unit}.",
    'client_computed_late' => 'تصل البيانات متأخرة نحو ساعة. وما لا يُعرف منها إلا بعد نهاية الشهر يُحتسب مع الشهر'
        . ' التالي في الفاتورة.',

    // Refusals
    'client_error' => 'تعذّر تنفيذ العملية. يُرجى المحاولة لاحقًا أو التواصل مع فريق الدعم.',
    'client_error_with_id' => "تعذّر تنفيذ العملية. يُرجى المحاولة لاحقًا أو التواصل مع فريق الدعم مع ذكر معرّف الطلب"
        . " {id}.",
    'client_error_account_suspended' => 'الخدمة معلّقة، لذلك لا يمكن تغيير أي شيء.',
    'client_error_key_limit' => 'يوجد زوجان من المفاتيح، ولا يمكن إنشاء المزيد. يجب إبطال أحدهما أولًا.',
    'client_error_key_in_use' => 'هذا المفتاح قيد الاستخدام. يجب إنشاء زوج جديد أولًا.',
    'client_error_sub_account_limit' => 'لا يسمح منتجكم بمزيد من الحسابات الفرعية.',
    'client_error_sub_account_exists' => 'يوجد حساب فرعي بهذا الاسم بالفعل.',
    'client_error_sub_account_unknown' => 'لا يوجد حساب فرعي بهذا الاسم.',
    'client_error_invalid_params' => 'لا يمكن تنفيذ ذلك بالبيانات المرسلة. يُرجى التحقق منها والمحاولة مرة أخرى.',
    'client_error_busy' => 'يجري الآن تغيير آخر. يُرجى المحاولة مرة أخرى بعد قليل.',
    'client_not_yours' => 'هذه الخدمة لا تخص حسابكم.',
    'client_not_active' => 'الخدمة غير نشطة، لذلك لا يوجد ما يُعرض أو يُغيَّر.',
    'client_form_expired' => 'انتهت صلاحية النموذج. يُرجى فتح الصفحة من جديد وتكرار العملية.',
    'client_sub_name_wrong' => 'لا يُسمح في الاسم إلا بالأحرف اللاتينية (a–z وA–Z) والأرقام والنقطة والشرطة والشرطة'
        . ' السفلية، ويجب أن يبدأ بحرف أو رقم؛ بحد أقصى 64 رمزًا.',
];
