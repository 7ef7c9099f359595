<?php

/**
 * What customers read, in Ukrainian; the name of the file is WHMCS's spelling. Without words that change with a number.
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

return [
    // Figures
    'client_language_code' => 'uk',
    'client_decimal_point' => ',',
    'client_thousands_separator' => "\u{A0}",
    'client_not_known' => 'немає даних',
    'client_figure' => "{value}\u{A0}{unit}",
    'client_unit_hours' => '{unit}·год',

    // Pages
    'client_title' => 'Об’єктне сховище',
    'client_pages' => 'Сторінки об’єктного сховища',
    'client_page_overview' => 'Огляд',
    'client_page_keys' => 'Ключі доступу',
    'client_page_connect' => 'Налаштування застосунків',
    'client_page_usage' => 'Використання за бакетами',
    'client_action_keys' => 'Ключі доступу S3',
    'client_back' => 'Назад',
    'client_copy' => 'Копіювати',
    'client_copied' => 'Скопійовано',

    // State
    'client_state' => 'Стан',
    'client_state_active' => 'Активне',
    'client_state_active_text' => 'Сховищем можна користуватися.',
    'client_state_pending' => 'Ще не створено',
    'client_state_pending_text' => 'Сховище буде створено після оплати. Поверніться на цю сторінку за кілька хвилин.',
    'client_state_suspended' => 'Призупинено',
    'client_state_suspended_text' => 'Доступ тимчасово закрито. Ваші дані зберігаються.',
    'client_state_suspended_reason_text' => 'Доступ тимчасово закрито. Ваші дані зберігаються. Причина: {reason}',
    'client_state_deleting' => 'Видаляється',
    'client_state_deleting_text' => 'Послугу скасовано. Дані видаляються.',
    'client_state_retained' => 'Скасовано',
    'client_state_retained_text' => 'Послугу скасовано. Дані зберігаються до {time}, потім їх буде видалено.',
    'client_state_ended' => 'Завершено',
    'client_state_ended_text' => 'Це сховище закрито, користуватися ним більше не можна.',

    // Connection
    'client_connection' => 'Підключення',
    'client_endpoint' => 'Ендпоінт',
    'client_region' => 'Регіон',
    'client_key_id' => 'ID ключа доступу',
    'client_secret_key' => 'Секретний ключ доступу',
    'client_show_secret' => 'Показати секретний ключ',
    'client_path_style' => 'Використовуйте адреси у стилі path-style: ім’я бакета вказується після ендпоінту.',

    // Usage
    'client_storage' => 'Сховище і трафік',
    'client_storage_used' => 'Зайнято {used}',
    'client_storage_used_unlimited' => 'Зайнято {used}, без обмеження',
    'client_storage_used_of' => "Зайнято {used} із {quota} ({percent}\u{A0}%)",
    'client_storage_not_known' => 'Скільки місця зайнято, зараз невідомо.',
    'client_storage_not_known_of' => 'Скільки зайнято з {quota}, зараз невідомо.',
    'client_storage_full' => "Місце закінчується: зайнято {percent}\u{A0}% сховища. Коли воно заповниться, вивантажити"
        . " нові файли не вдасться.",
    'client_storage_at' => 'Стан сховища на {time}.',
    'client_month' => 'Цей місяць',
    'client_downloaded' => 'Завантажено',
    'client_uploaded' => 'Вивантажено',
    'client_requests_put' => 'Запити PUT',
    'client_requests_get' => 'Запити GET',
    'client_requests_list' => 'Запити LIST',
    'client_requests_other' => 'Інші запити',
    'client_history' => 'Історія',
    'client_chart_days_stored' => 'Зайняте місце за 30 днів',
    'client_chart_days_downloaded' => 'Завантажені дані за 30 днів',
    'client_chart_months_stored' => 'Зайняте місце за 12 місяців',
    'client_chart_months_downloaded' => 'Завантажені дані за 12 місяців',
    'client_as_table' => 'Показати таблицею',
    'client_date' => 'Дата',
    'client_column_stored' => 'Зайнято',
    'client_column_downloaded' => 'Завантажено',
    'client_buckets' => 'Бакети',
    'client_bucket' => 'Бакет',
    'client_size' => 'Розмір',
    'client_created' => 'Створено',
    'client_buckets_none' => 'Бакетів поки немає.',
    'client_buckets_more' => 'Найбільші бакети, показано {shown} із {total}.',
    'client_known_until' => 'Дані про використання враховано до {time}.',
    'client_known_until_not' => 'Дані про використання ще збираються й можуть бути неповними.',
    'client_remark_stored' => 'Поточні дані зараз недоступні. Показано останні збережені значення.',
    'client_remark_not_live' => 'Сховище зараз не відповідає. Показати або змінити ключі не можна; значення наведено'
        . ' за останніми відомими даними.',

    // Next invoice
    'client_invoice' => 'Наступний рахунок (попередньо)',
    'client_invoice_text' => 'Враховано на цей момент, разом із використанням за попередні місяці, за яке рахунок ще'
        . ' не виставлено. Рахунок буде виставлено за остаточними даними.',
    'client_invoice_what' => 'Позиція',
    'client_invoice_so_far' => 'Враховано',
    'client_invoice_included' => 'Включено',
    'client_invoice_price' => 'Ціна',

    // Keys
    'client_keys' => 'Ключі доступу',
    'client_keys_text' => 'Застосунку потрібні ID ключа доступу та секретний ключ. Одночасно може бути дві пари'
        . ' ключів. Щоб змінити ключі без перерви в роботі, створіть нову пару, вкажіть її в застосунках, а потім'
        . ' відкличте стару.',
    'client_key_current' => 'поточний',
    'client_key_old' => 'старий',
    'client_new_pair' => 'Створити нову пару',
    'client_revoke' => 'Відкликати…',
    'client_keys_not_known' => 'Відомості про ключі зараз недоступні.',
    'client_key_unknown' => 'Такого ключа немає, або його вже відкликано.',
    'client_new_keys' => 'Зберігайте секретний ключ у надійному місці: той, хто його знає, може прочитати й видалити'
        . ' ваші дані.',
    'client_sub_accounts' => 'Субакаунти',
    'client_sub_account' => 'Субакаунт',
    'client_sub_accounts_text' => 'Субакаунт має власні ключі й користується тим самим сховищем. Створіть окремий для'
        . ' кожного застосунку чи користувача.',
    'client_sub_accounts_none' => 'Ваш тариф не включає субакаунтів.',
    'client_sub_accounts_any' => 'Субакаунти: {count}.',
    'client_sub_accounts_of' => 'Субакаунти: {count} із {most}.',
    'client_sub_name' => 'Ім’я нового субакаунта',
    'client_sub_name_rule' => 'Латинські літери (a–z, A–Z), цифри, крапка, дефіс і підкреслення; перший символ —'
        . ' літера або цифра; до 64 символів.',
    'client_sub_create' => 'Створити субакаунт',
    'client_sub_delete' => 'Видалити субакаунт…',
    'client_ask_revoke' => 'Відкликати ключ {key}?',
    'client_ask_revoke_consequence' => 'Застосунки, які його використовують, одразу втратять доступ. Скасувати це'
        . ' неможливо.',
    'client_ask_delete' => 'Видалити субакаунт {name}?',
    'client_ask_delete_consequence' => 'Його ключі одразу перестануть працювати. Ваші дані залишаться. Скасувати це'
        . ' неможливо.',
    'client_button_revoke' => 'Відкликати ключ',
    'client_button_delete' => 'Видалити субакаунт',
    'client_done_rotated' => 'Новий ключ {key} уже працює. Старий працюватиме, доки ви його не відкличете.',
    'client_done_revoked' => 'Ключ {key} більше не працює.',
    'client_done_shown' => 'Секретні ключі показано нижче, лише на цій сторінці.',
    'client_done_created' => 'Субакаунт {name} створено.',
    'client_done_deleted' => 'Субакаунт {name} видалено.',

    // Settings of apps
    'client_connect' => 'Налаштування застосунків',
    'client_connect_text' => 'Скопіюйте налаштування для вашого застосунку. Замість {place} вкажіть секретний ключ.',
    'client_connect_none' => 'Зараз показати налаштування неможливо.',

    // Usage by bucket
    'client_usage' => 'Використання за бакетами',
    'client_usage_month' => 'Місяць',
    'client_usage_show' => 'Показати',
    'client_usage_download' => 'Завантажити CSV',
    'client_usage_none' => 'Цього місяця використання не було.',
    'client_usage_not_known' => 'За цей місяць даних немає.',
    'client_usage_days' => '{bucket}: за днями',
    'client_requests' => 'Запити',
    'client_stored_hours' => 'Обсяг × час',
    'client_no_bucket' => '(запити без бакета)',
    'client_computed' => 'Як це розраховано',
    'client_computed_unit' => "1\u{A0}{unit} — це {gigabyte}\u{A0}B.",
    'client_computed_storage' => 'Зберігання вимірюється як обсяг × час, цього місяця: {stored}. Якщо поділити на'
        . ' кількість годин у всьому місяці ({hours}), вийде в середньому {average} {unit}.',
    'client_computed_traffic' => 'Під час завантаження враховуються байти ваших файлів: {bytes} B, тобто {downloaded}'
        . ' {unit}.',
    'client_computed_late' => 'Дані з’являються із затримкою близько години. Те, що стане відомо лише після кінця'
        . ' місяця, увійде до рахунку разом із наступним місяцем.',

    // Refusals
    'client_error' => 'Не вдалося виконати операцію. Повторіть спробу пізніше або зверніться до служби підтримки.',
    'client_error_with_id' => 'Не вдалося виконати операцію. Повторіть спробу пізніше або зверніться до служби'
        . ' підтримки й повідомте ID запиту {id}.',
    'client_error_account_suspended' => 'Послугу призупинено, тому нічого змінити не можна.',
    'client_error_key_limit' => 'Уже є дві пари ключів, більше створити не можна. Спочатку відкличте одну з них.',
    'client_error_key_in_use' => 'Цей ключ використовується. Спочатку створіть нову пару.',
    'client_error_sub_account_limit' => 'Ваш тариф не дозволяє створити більше субакаунтів.',
    'client_error_sub_account_exists' => 'Субакаунт із таким ім’ям уже є.',
    'client_error_sub_account_unknown' => 'Субакаунта з таким ім’ям немає.',
    'client_error_invalid_params' => 'З переданими даними це виконати не можна. Перевірте їх і повторіть спробу.',
    'client_error_busy' => 'Зараз виконується інша зміна. Повторіть спробу трохи пізніше.',
    'client_not_yours' => 'Ця послуга належить не вам.',
    'client_not_active' => 'Послуга неактивна, тому показати чи змінити нічого.',
    'client_form_expired' => 'Термін дії форми минув. Відкрийте сторінку ще раз і повторіть дію.',
    'client_sub_name_wrong' => 'В імені дозволено лише латинські літери (a–z, A–Z), цифри, крапку, дефіс і'
        . ' підкреслення; першою має бути літера або цифра; до 64 символів.',
];
