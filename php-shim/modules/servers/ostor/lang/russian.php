<?php

/**
 * What customers read, in Russian. Without words that change with a number.
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

return [
    // Figures
    'client_language_code' => 'ru',
    'client_decimal_point' => ',',
    'client_thousands_separator' => "\u{A0}",
    'client_not_known' => 'нет данных',
    'client_figure' => "{value}\u{A0}{unit}",
    'client_unit_hours' => '{unit}·ч',

    // Pages
    'client_title' => 'Объектное хранилище',
    'client_pages' => 'Страницы объектного хранилища',
    'client_page_overview' => 'Обзор',
    'client_page_keys' => 'Ключи доступа',
    'client_page_connect' => 'Настройка приложений',
    'client_page_usage' => 'Использование по бакетам',
    'client_action_keys' => 'Ключи доступа S3',
    'client_back' => 'Назад',
    'client_copy' => 'Копировать',
    'client_copied' => 'Скопировано',

    // State
    'client_state' => 'Состояние',
    'client_state_active' => 'Активно',
    'client_state_active_text' => 'Хранилищем можно пользоваться.',
    'client_state_pending' => 'Ещё не создано',
    'client_state_pending_text' => 'Хранилище будет создано после оплаты. Вернитесь на эту страницу через несколько'
        . ' минут.',
    'client_state_suspended' => 'Приостановлено',
    'client_state_suspended_text' => 'Доступ временно закрыт. Ваши данные сохраняются.',
    'client_state_suspended_reason_text' => 'Доступ временно закрыт. Ваши данные сохраняются. Причина: {reason}',
    'client_state_deleting' => 'Удаляется',
    'client_state_deleting_text' => 'Услуга отменена. Данные удаляются.',
    'client_state_retained' => 'Отменено',
    'client_state_retained_text' => 'Услуга отменена. Данные хранятся до {time}, затем будут удалены.',
    'client_state_ended' => 'Завершено',
    'client_state_ended_text' => 'Это хранилище закрыто, пользоваться им больше нельзя.',

    // Connection
    'client_connection' => 'Подключение',
    'client_endpoint' => 'Эндпоинт',
    'client_region' => 'Регион',
    'client_key_id' => 'ID ключа доступа',
    'client_secret_key' => 'Секретный ключ доступа',
    'client_show_secret' => 'Показать секретный ключ',
    'client_path_style' => 'Используйте адреса в стиле path-style: имя бакета указывается после эндпоинта.',

    // Usage
    'client_storage' => 'Хранилище и трафик',
    'client_storage_used' => 'Занято {used}',
    'client_storage_used_unlimited' => 'Занято {used}, без ограничения',
    'client_storage_used_of' => "Занято {used} из {quota} ({percent}\u{A0}%)",
    'client_storage_not_known' => 'Сколько места занято, сейчас неизвестно.',
    'client_storage_not_known_of' => 'Сколько занято из {quota}, сейчас неизвестно.',
    'client_storage_full' => "Место заканчивается: занято {percent}\u{A0}% хранилища. Когда оно заполнится, загрузить"
        . " новые файлы не получится.",
    'client_storage_at' => 'Состояние хранилища на {time}.',
    'client_month' => 'Этот месяц',
    'client_downloaded' => 'Скачано',
    'client_uploaded' => 'Загружено',
    'client_requests_put' => 'Запросы PUT',
    'client_requests_get' => 'Запросы GET',
    'client_requests_list' => 'Запросы LIST',
    'client_requests_other' => 'Прочие запросы',
    'client_history' => 'История',
    'client_chart_days_stored' => 'Занятое место за 30 дней',
    'client_chart_days_downloaded' => 'Скачанные данные за 30 дней',
    'client_chart_months_stored' => 'Занятое место за 12 месяцев',
    'client_chart_months_downloaded' => 'Скачанные данные за 12 месяцев',
    'client_as_table' => 'Показать таблицей',
    'client_date' => 'Дата',
    'client_column_stored' => 'Занято',
    'client_column_downloaded' => 'Скачано',
    'client_buckets' => 'Бакеты',
    'client_bucket' => 'Бакет',
    'client_size' => 'Размер',
    'client_created' => 'Создан',
    'client_buckets_none' => 'Бакетов пока нет.',
    'client_buckets_more' => 'Самые большие бакеты, показано {shown} из {total}.',
    'client_known_until' => 'Данные об использовании учтены до {time}.',
    'client_known_until_not' => 'Данные об использовании ещё собираются и могут быть неполными.',
    'client_remark_stored' => 'Текущие данные сейчас недоступны. Показаны последние сохранённые значения.',
    'client_remark_not_live' => 'Хранилище сейчас не отвечает. Показать или изменить ключи нельзя; значения приведены'
        . ' по последним известным данным.',

    // Next invoice
    'client_invoice' => 'Следующий счёт (предварительно)',
    'client_invoice_text' => 'Учтено на данный момент, включая использование за прошлые месяцы, за которое счёт ещё'
        . ' не выставлен. Счёт будет выставлен по итоговым данным.',
    'client_invoice_what' => 'Позиция',
    'client_invoice_so_far' => 'Учтено',
    'client_invoice_included' => 'Включено',
    'client_invoice_price' => 'Цена',

    // Keys
    'client_keys' => 'Ключи доступа',
    'client_keys_text' => 'Приложению нужны ID ключа доступа и секретный ключ. Одновременно может быть две пары'
        . ' ключей. Чтобы сменить ключи без перерыва в работе, создайте новую пару, укажите её в приложениях и затем'
        . ' отзовите старую.',
    'client_key_current' => 'текущий',
    'client_key_old' => 'старый',
    'client_new_pair' => 'Создать новую пару',
    'client_revoke' => 'Отозвать…',
    'client_keys_not_known' => 'Сведения о ключах сейчас недоступны.',
    'client_key_unknown' => 'Такого ключа нет, или он уже отозван.',
    'client_new_keys' => 'Храните секретный ключ в надёжном месте: тот, кто его знает, может прочитать и удалить ваши'
        . ' данные.',
    'client_sub_accounts' => 'Субаккаунты',
    'client_sub_account' => 'Субаккаунт',
    'client_sub_accounts_text' => 'У субаккаунта собственные ключи и то же хранилище. Создайте отдельный для каждого'
        . ' приложения или пользователя.',
    'client_sub_accounts_none' => 'В ваш тариф субаккаунты не входят.',
    'client_sub_accounts_any' => 'Субаккаунты: {count}.',
    'client_sub_accounts_of' => 'Субаккаунты: {count} из {most}.',
    'client_sub_name' => 'Имя нового субаккаунта',
    'client_sub_name_rule' => 'Латинские буквы (a–z, A–Z), цифры, точка, дефис и подчёркивание; первый символ — буква'
        . ' или цифра; до 64 символов.',
    'client_sub_create' => 'Создать субаккаунт',
    'client_sub_delete' => 'Удалить субаккаунт…',
    'client_ask_revoke' => 'Отозвать ключ {key}?',
    'client_ask_revoke_consequence' => 'Приложения, которые его используют, сразу потеряют доступ. Отменить это'
        . ' нельзя.',
    'client_ask_delete' => 'Удалить субаккаунт {name}?',
    'client_ask_delete_consequence' => 'Его ключи сразу перестанут работать. Ваши данные сохранятся. Отменить это'
        . ' нельзя.',
    'client_button_revoke' => 'Отозвать ключ',
    'client_button_delete' => 'Удалить субаккаунт',
    'client_done_rotated' => 'Новый ключ {key} уже работает. Старый будет работать, пока вы его не отзовёте.',
    'client_done_revoked' => 'Ключ {key} больше не работает.',
    'client_done_shown' => 'Секретные ключи показаны ниже, только на этой странице.',
    'client_done_created' => 'Субаккаунт {name} создан.',
    'client_done_deleted' => 'Субаккаунт {name} удалён.',

    // Settings of apps
    'client_connect' => 'Настройка приложений',
    'client_connect_text' => 'Скопируйте настройки для вашего приложения. Вместо {place} укажите секретный ключ.',
    'client_connect_none' => 'Сейчас показать настройки невозможно.',

    // Usage by bucket
    'client_usage' => 'Использование по бакетам',
    'client_usage_month' => 'Месяц',
    'client_usage_show' => 'Показать',
    'client_usage_download' => 'Скачать CSV',
    'client_usage_none' => 'В этом месяце использования не было.',
    'client_usage_not_known' => 'За этот месяц данных нет.',
    'client_usage_days' => '{bucket}: по дням',
    'client_requests' => 'Запросы',
    'client_stored_hours' => 'Объём × время',
    'client_no_bucket' => '(запросы без бакета)',
    'client_computed' => 'Как это рассчитано',
    'client_computed_unit' => "1\u{A0}{unit} — это {gigabyte}\u{A0}B.",
    'client_computed_storage' => 'Хранение измеряется как объём × время, в этом месяце: {stored}. Если разделить на'
        . ' число часов во всём месяце ({hours}), получится в среднем {average} {unit}.',
    'client_computed_traffic' => 'При скачивании учитываются байты ваших файлов: {bytes} B, то есть {downloaded}'
        . ' {unit}.',
    'client_computed_late' => 'Данные появляются с задержкой около часа. То, что станет известно только после конца'
        . ' месяца, войдёт в счёт вместе со следующим месяцем.',

    // Refusals
    'client_error' => 'Не удалось выполнить операцию. Повторите попытку позже или обратитесь в службу поддержки.',
    'client_error_with_id' => 'Не удалось выполнить операцию. Повторите попытку позже или обратитесь в службу'
        . ' поддержки и сообщите ID запроса {id}.',
    'client_error_account_suspended' => 'Услуга приостановлена, поэтому ничего изменить нельзя.',
    'client_error_key_limit' => 'Уже есть две пары ключей, больше создать нельзя. Сначала отзовите одну из них.',
    'client_error_key_in_use' => 'Этот ключ используется. Сначала создайте новую пару.',
    'client_error_sub_account_limit' => 'Ваш тариф не позволяет создать больше субаккаунтов.',
    'client_error_sub_account_exists' => 'Субаккаунт с таким именем уже есть.',
    'client_error_sub_account_unknown' => 'Субаккаунта с таким именем нет.',
    'client_error_invalid_params' => 'С переданными данными это выполнить нельзя. Проверьте их и повторите попытку.',
    'client_error_busy' => 'Сейчас выполняется другое изменение. Повторите попытку чуть позже.',
    'client_not_yours' => 'Эта услуга принадлежит не вам.',
    'client_not_active' => 'Услуга неактивна, поэтому показать или изменить нечего.',
    'client_form_expired' => 'Срок действия формы истёк. Откройте страницу ещё раз и повторите действие.',
    'client_sub_name_wrong' => 'В имени допустимы только латинские буквы (a–z, A–Z), цифры, точка, дефис и'
        . ' подчёркивание; первым должна быть буква или цифра; до 64 символов.',
];
